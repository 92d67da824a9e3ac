package dev.caravan.observe.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.observe.Redaction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MaskedJsonTest {
  private static final String SECRET = "correct-horse-battery";
  private static final Redaction REDACTION = new Redaction(List.of(SECRET), List.of());

  private static JsonNode written(String body) throws Exception {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    byte[] json = MaskedJson.pretty(REDACTION, out -> out.body("data", bytes));
    return MaskedJson.TREES.readTree(json).get("data");
  }

  @Test
  void whatIsNoSecretIsCopiedDigitForDigit() throws Exception {
    String body = "{\"a\":[1,2.50,-1e400,12345678901234567890,true,null,\"ä\\u0000\"],\"b\":{}}";

    byte[] json =
        MaskedJson.pretty(
            REDACTION, out -> out.body("data", body.getBytes(StandardCharsets.UTF_8)));

    assertThat(new String(json, StandardCharsets.UTF_8))
        .contains("2.50", "-1e400", "12345678901234567890");
    assertThat(written(body)).isEqualTo(MaskedJson.TREES.readTree(body));
  }

  @Test
  void secretsAreMaskedByTheirValueAndByTheirName() throws Exception {
    JsonNode json =
        written(
            """
            {"text":"it is %s, isn't it","%s":1,"token":17,"api_key":["a","b"],"password":"p\\"w",
             "key":"plain","max_tokens":5,"nested":{"client_secret":{"inner":"kept"}}}"""
                .formatted(SECRET, SECRET));

    assertThat(json.get("text").asText()).isEqualTo("it is …tery, isn't it");
    assertThat(json.has(SECRET)).isFalse();
    assertThat(json.get("token").asText()).isEqualTo("…");
    assertThat(json.at("/api_key/0").asText()).isEqualTo("…");
    assertThat(json.get("password").asText()).isEqualTo("…");
    assertThat(json.get("key").asText()).isEqualTo("plain");
    assertThat(json.get("max_tokens").asInt()).isEqualTo(5);
    assertThat(json.at("/nested/client_secret/inner").asText()).isEqualTo("kept");
  }

  @Test
  void whatIsNoJsonIsAText() throws Exception {
    assertThat(written("data: {\"x\": \"" + SECRET + "\"").asText())
        .isEqualTo("data: {\"x\": \"…tery\"");
    assertThat(written("").isNull()).isTrue();
  }

  @Test
  void headersThatHoldKeysShowTheirEndAtMost() throws Exception {
    byte[] json =
        MaskedJson.pretty(
            REDACTION,
            out ->
                out.headers(
                    "headers",
                    List.of(
                        Map.entry("Authorization", "Bearer 0123456789abcdefghij"),
                        Map.entry("Cookie", "a=b"),
                        Map.entry("X-Note", "one"),
                        Map.entry("x-note", SECRET))));

    assertThat(MaskedJson.TREES.readTree(json).get("headers"))
        .isEqualTo(
            MaskedJson.TREES.readTree(
                """
                {"Authorization":"…ghij","Cookie":"…","X-Note":"one, …tery"}"""));
  }

  @Property(tries = 200)
  void theResultIsJsonWhateverIsSaid(@ForAll String text) throws Exception {
    byte[] body = MaskedJson.TREES.writeValueAsBytes(Map.of("token: x", List.of(text, SECRET)));

    byte[] json = MaskedJson.pretty(REDACTION, out -> out.body("data", body).text("t", text));

    assertThat(MaskedJson.TREES.readTree(json).get("data").isObject()).isTrue();
    assertThat(new String(json, StandardCharsets.UTF_8)).doesNotContain(SECRET);
  }
}
