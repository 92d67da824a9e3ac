package dev.caravan.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of chat calls that are not as they should be, and odd ones that are. */
class ChatBodyTest {
  private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                                           | invalid_json  | empty                  |",
        "`   `                                        | invalid_json  | empty                  |",
        "hello                                        | invalid_json  | line 1, column         |",
        "{\"model\":                                  | invalid_json  | line 1, column         |",
        "{\"model\":\"acme/mock-1\"} {}               | invalid_json  | line 1, column         |",
        "{'model':'acme/mock-1'}                      | invalid_json  | line 1, column         |",
        "[1]                                          | invalid_type  | must be a JSON object  |",
        "\"acme/mock-1\"                              | invalid_type  | must be a JSON object  |",
        "null                                         | invalid_type  | must be a JSON object  |",
        "{}                                           | missing_field | \"model\" is missing   | model",
        "{\"messages\":[{}]}                          | missing_field | provider/model         | model",
        "{\"model\":7}                                | invalid_type  | \"model\" must be      | model",
        "{\"model\":null}                             | invalid_type  | \"model\" must be      | model",
        "{\"model\":{\"a\":\"acme/mock-1\"}}          | invalid_type  | \"model\" must be      | model",
        "{\"model\":\" \"}                            | missing_field | \"model\" is empty     | model",
        "{\"model\":\"acme/mock-1\"}                  | missing_field | \"messages\"           | messages",
        "{\"model\":\"acme/mock-1\",\"messages\":[]}  | missing_field | at least one           | messages",
        "{\"model\":\"acme/mock-1\",\"messages\":\"\"}| invalid_type  | must be an array       | messages",
        "{\"model\":\"acme/m\",\"stream\":\"yes\"}    | invalid_type  | true or false          | stream",
        "{\"model\":\"acme/m\",\"stream\":1}          | invalid_type  | true or false          | stream",
        "{\"model\":\"acme/m\",\"stream_options\":1}  | invalid_type  | must be an object      | stream_options",
      })
  void aBodyThatIsNotAChatCallIsRefusedWithWhatIsWrongAndNobodyIsAsked(
      String body, String code, String words, String param) {
    ClientAnswer answer = gateway.post(body == null ? "" : body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.text("/error/type")).isEqualTo("invalid_request_error");
    assertThat(answer.message()).startsWith("client request: ").contains(words);
    assertThat(answer.json().at("/error/param").asText(null)).isEqualTo(param);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("x-should-retry")).isEqualTo("false");
    assertThat(gateway.mock().stats().total()).isZero();
  }

  @Test
  void aMistakeInTheMiddleIsFoundByLineAndColumnAndNotRepeated() {
    ClientAnswer answer = gateway.post("{\n  \"model\": \"acme/mock-1\",\n  hunter2\n}");

    assertThat(answer.message()).contains("(line 3, column ");
    assertThat(answer.body()).doesNotContain("hunter2");
  }

  @ParameterizedTest
  @CsvSource({
    "acne/mock-1, acme/mock-1",
    "acm/mock-1, acme/mock-1",
    "ACME-2/x, acme/x",
  })
  void aProviderThatIsNotThereIsNotFoundAndNearOnesAreNamed(String model, String near) {
    ClientAnswer answer = gateway.ask(model);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo("model_not_found");
    assertThat(answer.text("/error/param")).isEqualTo("model");
    assertThat(answer.message()).contains(near);
    assertThat(answer.json().at("/error/details/near").toString()).contains(near);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mock-1", "/mock-1", "acme/", "/"})
  void aModelWithoutProviderOrNameIsNotFoundAndTheFormIsTold(String model) {
    ClientAnswer answer = gateway.ask(model);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.message()).contains("provider");
    assertThat(gateway.mock().stats().total()).isZero();
  }

  @Test
  void aModelNameOfOneMegabyteIsNotRepeatedWhole() {
    ClientAnswer answer = gateway.ask("x".repeat(1 << 20) + "/y");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).hasSizeLessThan(2_000);
  }

  @Test
  void theSlashesAfterTheFirstBelongToTheModel() {
    gateway.ask("acme/deep/mock-1");

    assertThat(gateway.mock().stats().ofModel("deep/mock-1")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"messages\":[", "{\"metadata\":{\"a\":[", "{\"model\":{\"a\":", "["})
  void aHundredThousandLevelsAreRefusedAtOnceAndHarmNobody(String head) {
    ClientAnswer arrays = gateway.post(head + "[".repeat(100_000));
    ClientAnswer objects = gateway.post(head + "{\"a\":".repeat(100_000));

    assertThat(arrays.status()).isEqualTo(400);
    assertThat(objects.status()).isEqualTo(400);
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
  }

  @Test
  void ofTwoMembersOfOneNameTheLastCounts() {
    gateway.mock().record(true);

    ClientAnswer answer = gateway.post("{\"model\":\"no/x\",\"model\":\"acme/mock-1\"," + HI + "}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(gateway.mock().requests().getFirst().text())
        .isEqualTo("{\"model\":\"no/x\",\"model\":\"mock-1\"," + HI + "}");
  }

  @Test
  void aByteOrderMarkIsSkipped() {
    gateway.mock().record(true);

    ClientAnswer answer = gateway.post("\uFEFF{\"model\":\"acme/mock-1\"," + HI + "}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(gateway.mock().requests().getFirst().text())
        .isEqualTo("{\"model\":\"mock-1\"," + HI + "}");
  }

  @Test
  void aModelNameWithEscapesIsRead() {
    ClientAnswer answer = gateway.post("{\"model\":\"ac\\u006de\\/mock-1\"," + HI + "}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(gateway.mock().stats().ofModel("mock-1")).isEqualTo(1);
  }

  @Test
  void aPackedBodyIsUnpacked() throws IOException {
    gateway.mock().record(true);
    byte[] packed = packed(Client.question("acme/mock-1", false).getBytes(StandardCharsets.UTF_8));

    ClientAnswer answer =
        gateway
            .client()
            .post(BodyPublishers.ofByteArray(packed), r -> r.header("Content-Encoding", "gzip"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(gateway.mock().requests().getFirst().text())
        .isEqualTo(Client.question("mock-1", false));
    assertThat(gateway.mock().requests().getFirst().header("Content-Encoding")).isEmpty();
  }

  @Test
  void aPackedBodyThatGrowsBeyondTheLimitIsTooLarge() throws IOException {
    gateway.with("MAX_REQUEST_BODY", "1MiB");
    byte[] bomb = packed(new byte[200 << 20]);

    ClientAnswer answer =
        gateway
            .client()
            .post(BodyPublishers.ofByteArray(bomb), r -> r.header("Content-Encoding", "gzip"));

    assertThat(answer.status()).isEqualTo(413);
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
  }

  @Test
  void anImageOfTwentyMegabytesPassesByteForByte() {
    gateway.mock().record(true);
    byte[] pixels = new byte[15 << 20];
    new Random(1).nextBytes(pixels);
    String image = Base64.getEncoder().encodeToString(pixels);
    String body =
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,%s\"}}]}]}";

    ClientAnswer answer = gateway.post(body.formatted("acme/mock-1", image));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(gateway.mock().requests().getFirst().text().equals(body.formatted("mock-1", image)))
        .as("the same bytes")
        .isTrue();
  }

  private static byte[] packed(byte[] plain) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    }
    return bytes.toByteArray();
  }
}
