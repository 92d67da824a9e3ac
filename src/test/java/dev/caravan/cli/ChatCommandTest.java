package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.mock.MockProvider;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

class ChatCommandTest {
  private static Vertx vertx;
  private static MockProvider mock;

  private record Run(int exit, String out, String err) {}

  @BeforeAll
  static void open() throws Exception {
    vertx = Vertx.vertx();
    mock = MockProvider.start(vertx, "127.0.0.1", 0);
  }

  @AfterAll
  static void close() {
    mock.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @BeforeEach
  void forget() {
    mock.reset();
  }

  @Test
  void aStreamedAnswerIsPrintedWithItsTokenCountsApart() {
    Run run = chat("hello there", "-m", "mock-echo");

    assertThat(run.exit()).isZero();
    assertThat(run.out()).isEqualTo("hello there\n");
    assertThat(run.err()).isEqualTo("mock-echo: 20 prompt + 2 completion = 22 tokens\n");
    assertThat(mock.stats().streams()).isEqualTo(1);
  }

  @Test
  void anAnswerInOnePieceIsPrintedToo() {
    Run run = chat("hello there", "-m", "mock-echo-cached", "--no-stream");

    assertThat(run.exit()).isZero();
    assertThat(run.out()).isEqualTo("hello there\n");
    assertThat(run.err()).contains("20 prompt (8 cached)");
    assertThat(mock.stats().streams()).isZero();
  }

  @Test
  void reasoningIsDimmedOnATerminalAndLeftOutElsewhere() {
    Run elsewhere = chat("yes", "-m", "mock-echo-think1");
    Run terminal = run(Ansi.ON, "", Map.of(), "yes", "-m", "mock-echo-think1");

    assertThat(elsewhere.out()).isEqualTo("yes\n");
    assertThat(terminal.out())
        .isEqualTo(Ansi.Style.faint.on() + "thought 1 " + Ansi.Style.faint.off() + "\n" + "yes\n");
    assertThat(terminal.err()).contains("(1 reasoning)");
  }

  @Test
  void anAnswerCannotSteerTheTerminal() {
    Run terminal = run(Ansi.ON, "", Map.of(), "\u001b[2J", "-m", "mock-echo");

    assertThat(terminal.out()).isEqualTo("\u241b[2J\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--no-stream", "--json=false"})
  void aToolCallIsShownAsOne(String option) {
    Run run = chat("weather?", "-m", "mock-tool", option);

    assertThat(run.exit()).isZero();
    assertThat(run.out()).isEqualTo("[calls get_weather {\"city\":\"Paris\"}]\n");
  }

  @Test
  void theJsonIsPrintedOnDemand() {
    Run stream = chat("a b", "-m", "mock-echo", "--json");
    Run plain = chat("a b", "-m", "mock-echo", "--json", "--no-stream");

    assertThat(stream.out().lines()).hasSize(5).allMatch(line -> line.startsWith("{\"id\":"));
    assertThat(plain.out()).startsWith("{\"id\":").contains("\"content\":\"a b\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-"})
  void theQuestionComesFromTheStandardInputWithoutAnArgument(String argument) {
    List<String> arguments = new ArrayList<>(List.of("-m", "mock-echo"));
    if (!argument.isEmpty()) {
      arguments.add(argument);
    }

    Run run = run(Ansi.OFF, "from a pipe\n", Map.of(), arguments.toArray(String[]::new));

    assertThat(run.out()).isEqualTo("from a pipe\n");
  }

  @Test
  void theKeyComesFromTheOptionOrTheSetting() {
    run(Ansi.OFF, "", Map.of("PROXY_API_KEY", "sk-set"), "x", "-m", "mock-1");
    run(Ansi.OFF, "", Map.of("PROXY_API_KEY", "sk-set"), "x", "-m", "mock-1", "--key", "sk-given");
    chat("x", "-m", "mock-1");

    assertThat(mock.stats().perKey())
        .containsOnly(Map.entry("sk-set", 1L), Map.entry("sk-given", 1L), Map.entry("(none)", 1L));
  }

  @Test
  void withoutAModelTheFirstOfTheListIsTaken() {
    Run run = chat("x");

    assertThat(run.exit()).isZero();
    assertThat(run.err()).startsWith("model mock-1, the first of ");
    assertThat(mock.stats().ofModel("mock-1")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mock-bad   | answered 401 invalid_api_key: Incorrect API key         | PROXY_API_KEY",
        "mock-rl7   | answered 429 rate_limit_exceeded: Rate limit            | again in 7 s.",
        "mock-quota | answered 429 RESOURCE_EXHAUSTED: You exceeded           | again later.",
        "mock-ctx   | answered 400 context_length_exceeded: This model's      | Change the request",
        "mock-403   | answered 403 permission_error: You do not               | another model",
        "mock-404   | answered 404 model_not_found: The model                 | /models with -m",
        "mock-503   | answered 503 server_error: The engine                   | gateway's log",
        "mock-html  | answered 502: <html>                                    | gateway's log",
        "mock-err0  | the answer broke off server_error: The engine           | Try again",
        "mock-drop0 | the connection ended before the answer did              | Try again",
        "mock-gone  | nothing answers at                                      | caravan run",
        "mock-garbage | the answer is not in the chat dialect                 | --url",
        "mock-empty | the answer is empty                                     | -m",
      })
  void aFailureIsASentenceThatSaysWhatToDo(String model, String what, String advice) {
    Run run = chat("x", "-m", model);

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("caravan chat: ").contains(what).contains(advice);
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void aCutAnswerIsShownAsFarAsItCame() {
    Run run = chat("x", "-m", "mock-drop2");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).isEqualTo("token 1 token 2 \n");
    assertThat(run.err()).contains("the connection ended before the answer did");
  }

  @Test
  void aKeyThatTheServerRepeatsIsNotShown() {
    Run run = chat("x", "-m", "mock-1", "--key", "sk-leak-0123456789");

    assertThat(run.err()).contains("(the key)").doesNotContain("0123456789");
  }

  @Test
  void aServerThatIsNotThereIsNamed() {
    Run run = chat("x", "-m", "mock-1", "--url", "http://127.0.0.1:1/v1");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err())
        .contains("nothing answers at http://127.0.0.1:1/v1")
        .contains("caravan run");
  }

  @Test
  void aUrlWithoutASchemeIsRefused() {
    Run run = chat("x", "-m", "mock-1", "--url", "127.0.0.1");

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("http://");
  }

  private static Run chat(String... arguments) {
    return run(Ansi.OFF, "", Map.of(), arguments);
  }

  private static Run run(
      Ansi ansi, String input, Map<String, String> settings, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    List<String> all = new ArrayList<>(List.of(arguments));
    if (!all.contains("--url")) {
      all.addAll(List.of("--url", mock.baseUrl()));
    }
    int exit =
        new CommandLine(new ChatCommand(settings::get, in))
            .setColorScheme(CommandLine.Help.defaultColorScheme(ansi))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(all.toArray(String[]::new));
    return new Run(exit, out.toString(), err.toString());
  }
}
