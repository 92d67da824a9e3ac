package dev.caravan.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.call.CallFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every case of {@code src/test/resources/transcripts}: one folder a pair of dialects, one
 * file a case. A new case is a new file with the sections {@code client request} and {@code
 * upstream answer}; {@code ./mvnw test -Dtest=TranscriptTest -Dtranscripts=accept} writes what
 * comes of them behind, to be read by people before it is kept.
 */
class TranscriptTest {
  private static final Path FOLDER = Path.of("src/test/resources/transcripts");
  private static final boolean ACCEPT = "accept".equals(System.getProperty("transcripts"));
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern FRESH_ID =
      Pattern.compile(
          "\\b(chatcmpl-|call_|msg_|toolu_|resp_|fc_|rs_|ig_|fc_call_|ctc_call_)[A-Za-z0-9]{24}\\b");

  static Stream<Transcript> transcripts() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".txt"))
          .sorted()
          .map(Transcript::read)
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void isTranslatedAsWritten(Transcript transcript) throws Exception {
    Map<String, String> made = translate(transcript);

    if (ACCEPT) {
      transcript.accept(made);
    }
    made.forEach(
        (name, text) ->
            assertThat(Transcript.read(transcript.file()).section(name)).as(name).isEqualTo(text));
  }

  private static Map<String, String> translate(Transcript transcript) throws Exception {
    Map<String, String> made = new LinkedHashMap<>();
    Interpreter interpreter;
    try {
      interpreter =
          Interpreter.of(
              transcript.client(),
              transcript.upstream(),
              transcript.section(Transcript.CLIENT_REQUEST),
              model(transcript));
    } catch (CallFailed refused) {
      made.put(Transcript.REFUSED, refused.failure().message() + "\n");
      return made;
    }
    made.put(Transcript.UPSTREAM_REQUEST, pretty(interpreter.upstreamRequest()));
    List<String> dropped = interpreter.dropped();
    if (!dropped.isEmpty()) {
      made.put(Transcript.DROPPED, String.join("\n", dropped) + "\n");
    }
    String answer = transcript.section(Transcript.UPSTREAM_ANSWER);
    if (transcript.streams()) {
      String client = interpreter.stream((answer + "\n").getBytes(StandardCharsets.UTF_8));
      StreamRules.of(transcript.client()).check(client, "acme/" + model(transcript));
      made.put(Transcript.CLIENT_ANSWER, ids(client).strip() + "\n");
    } else {
      made.put(Transcript.CLIENT_ANSWER, pretty(ids(interpreter.answer(answer))));
    }
    return made;
  }

  /** What stands behind the slash, so that a case can ask for a family of models. */
  static String model(Transcript transcript) throws IOException {
    String asked =
        JSON.readTree(transcript.section(Transcript.CLIENT_REQUEST)).path("model").asText();
    return asked.substring(asked.indexOf('/') + 1);
  }

  static String ids(String text) {
    return FRESH_ID.matcher(text).replaceAll("$1*");
  }

  private static String pretty(String json) throws IOException {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    return JSON.writer(printer).writeValueAsString(JSON.readTree(json)) + "\n";
  }
}
