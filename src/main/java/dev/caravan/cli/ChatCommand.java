package dev.caravan.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code caravan chat}: asks a gateway (or any other server of the chat dialect) one question and
 * prints the answer as it comes. The answer goes to the standard output, all else to the other.
 * Exit codes: 0 after an answer, 1 without one, 2 for wrong usage.
 */
@NullMarked
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Sends one question and prints the answer as it comes.")
public final class ChatCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

  @Parameters(
      arity = "0..1",
      paramLabel = "TEXT",
      description = "The question; - or nothing at all reads it from the standard input.")
  private @Nullable String text;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description = "As provider/model; the first of the server's list when left out.")
  private @Nullable String model;

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8000/v1",
      description = "Base URL (default: ${DEFAULT-VALUE}).")
  private URI url = URI.create("http://127.0.0.1:8000/v1");

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Key of the gateway; PROXY_API_KEY when left out.")
  private @Nullable String key;

  @Option(names = "--no-stream", description = "Ask for the answer in one piece.")
  private boolean noStream;

  @Option(names = "--json", description = "Print the JSON of the answer, or of its events.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  private final Function<String, @Nullable String> setting;
  private final InputStream in;

  /** Takes settings from the process environment alone. */
  public ChatCommand() {
    this(System::getenv, System.in);
  }

  /**
   * Takes settings from elsewhere, {@code .env} included.
   *
   * @param setting value of a setting by its name, null when it is not set
   * @param in where a question without an argument is read
   */
  public ChatCommand(Function<String, @Nullable String> setting, InputStream in) {
    this.setting = setting;
    this.in = in;
  }

  @Override
  public Integer call() throws IOException {
    boolean terminal = spec.commandLine().getColorScheme().ansi().enabled();
    var screen = new ChatScreen(spec.commandLine().getOut(), spec.commandLine().getErr(), terminal);
    String secret = key != null ? key : setting.apply("PROXY_API_KEY");
    String question = question();
    HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_WITHIN).build();
    try {
      ask(question, secret, http, screen);
      return 0;
    } catch (ChatTrouble trouble) {
      screen.end();
      screen.note("caravan chat: " + without(secret, String.valueOf(trouble.getMessage())));
      return 1;
    } catch (InterruptedException e) {
      screen.end();
      return 1;
    } finally {
      http.shutdownNow(); // a stream that was given up may never end
    }
  }

  private void ask(String question, @Nullable String secret, HttpClient http, ChatScreen screen)
      throws ChatTrouble, InterruptedException {
    String asked = model != null ? model : firstModel(secret, http, screen);
    HttpRequest request =
        to("/chat/completions", secret)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body(question, asked)))
            .build();
    var response = send(request, http);
    var lines = new ChatLines(response.body());
    var answer = new ChatAnswer(screen, json);
    if (isStream(response)) {
      answer.stream(lines);
    } else {
      answer.plain(lines.rest().strip());
    }
  }

  private String question() throws IOException {
    if (text != null && !text.equals("-")) {
      return text;
    }
    if (text == null && isTerminal()) {
      throw new ParameterException(
          spec.commandLine(), "What shall be asked? As in: caravan chat \"Why is the sky blue?\"");
    }
    return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  @SuppressWarnings("SystemConsoleNull") // true for 22 to 24; in 25 it may be null again
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private String firstModel(@Nullable String secret, HttpClient http, ChatScreen screen)
      throws ChatTrouble, InterruptedException {
    var response = send(to("/models", secret).build(), http);
    String list = new ChatLines(response.body()).rest();
    JsonNode models;
    try {
      models = JSON.readTree(list).path("data");
    } catch (JsonProcessingException e) {
      throw ChatTrouble.unreadable(list);
    }
    String first = models.at("/0/id").asText("");
    if (first.isEmpty()) {
      throw new ChatTrouble(base() + " lists no model. Add a provider, or name a model with -m.");
    }
    screen.note("model " + first + ", the first of " + models.size() + "; -m chooses another");
    return first;
  }

  private String body(String question, String asked) {
    ObjectNode body = JSON.createObjectNode().put("model", asked);
    body.putArray("messages").addObject().put("role", "user").put("content", question);
    if (!noStream) {
      body.put("stream", true).putObject("stream_options").put("include_usage", true);
    }
    return body.toString();
  }

  private HttpRequest.Builder to(String path, @Nullable String secret) throws ChatTrouble {
    try {
      var request = HttpRequest.newBuilder(URI.create(base() + path));
      return secret == null ? request : request.header("authorization", "Bearer " + secret);
    } catch (IllegalArgumentException e) {
      throw new ChatTrouble(
          "--url or --key is not well formed; a URL begins with http:// or https://");
    }
  }

  private URI base() {
    return URI.create(url.toString().replaceAll("/+$", ""));
  }

  /** Gives good answers only. */
  private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(HttpRequest request, HttpClient http)
      throws ChatTrouble, InterruptedException {
    HttpResponse<Flow.Publisher<List<ByteBuffer>>> response;
    try {
      response = http.send(request, BodyHandlers.ofPublisher());
    } catch (ConnectException e) {
      throw ChatTrouble.unreachable(base(), "connection refused or no such host");
    } catch (IOException e) {
      throw ChatTrouble.unreachable(base(), String.valueOf(e.getMessage()));
    }
    if (response.statusCode() != 200) {
      throw ChatTrouble.refused(
          base(),
          response.statusCode(),
          response.headers().firstValue("retry-after"),
          new ChatLines(response.body()).rest());
    }
    return response;
  }

  private static boolean isStream(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("content-type")
        .filter(type -> type.startsWith("text/event-stream"))
        .isPresent();
  }

  // Some servers repeat the key in their message.
  private static String without(@Nullable String secret, String sentence) {
    return secret == null || secret.isEmpty() ? sentence : sentence.replace(secret, "(the key)");
  }
}
