package dev.caravan.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.config.Configuration;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private static final Redaction NOTHING_KNOWN = new Redaction(List.of(), List.of());

  @Test
  void aTextWithoutSecretsIsTheSameObject() {
    String text = "upstream groq: credential k3f9a1 refused with 429, rests for 12s";

    assertThat(new Redaction(List.of("a-known-secret"), List.of()).mask(text)).isSameAs(text);
  }

  @Test
  void aKnownSecretIsHiddenWhereverItStands() {
    Redaction redaction = new Redaction(List.of("plain words secret"), List.of());

    assertThat(redaction.mask("plain words secret")).isEqualTo("…");
    assertThat(redaction.mask("xplain words secretx, plain words secret")).isEqualTo("x…x, …");
  }

  @Test
  void aLongSecretShowsItsLastFour() {
    Redaction redaction = new Redaction(List.of("twenty-letters-or-more-wxyz"), List.of());

    assertThat(redaction.mask("<twenty-letters-or-more-wxyz>")).isEqualTo("<…wxyz>");
  }

  @Test
  void aKnownSecretIsHiddenInEverySpelling() {
    String secret = "pa ss\"wo/rd+ü";
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    Redaction redaction = new Redaction(List.of(secret), List.of());

    assertThat(redaction.mask("a" + URLEncoder.encode(secret, StandardCharsets.UTF_8)))
        .isEqualTo("a…");
    assertThat(redaction.mask("a{pa ss\\\"wo/rd+ü}")).isEqualTo("a{…}");
    assertThat(redaction.mask(Base64.getEncoder().encodeToString(bytes))).doesNotContain("cGEg");
    assertThat(redaction.mask(Base64.getUrlEncoder().encodeToString(bytes))).doesNotContain("cGEg");
  }

  @Test
  void ofTwoSecretsThatBeginAlikeTheLongerIsHidden() {
    Redaction redaction =
        new Redaction(List.of("same-beginning", "same-beginning-longer"), List.of());

    assertThat(redaction.mask("same-beginning-longer")).isEqualTo("…nger");
    assertThat(redaction.mask("same-beginning")).isEqualTo("…");
  }

  @Test
  void aWordTooShortToBeASecretStays() {
    assertThat(new Redaction(List.of("test"), List.of()).mask("this is a test"))
        .isEqualTo("this is a test");
  }

  @Test
  void aSecretLearntWhileRunningIsHiddenFromThenOn() {
    Redaction redaction = new Redaction(List.of("known from the start"), List.of());

    redaction.learn("refreshed later");

    assertThat(redaction.mask("known from the start, refreshed later")).isEqualTo("…tart, …");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sk-proj-0123456789abcdefWXYZ",
        "sk-ant-api03-0123456789abcdefWXYZ",
        "AIzaSyA0123456789abcdefghijklmnopqWXYZ",
        "gsk_0123456789abcdefWXYZ",
        "ya29.a0123456789abcdefWXYZ",
        "gk-0123456789abcdefghijklmnopqWXYZ",
      })
  void whatLooksLikeAKeyIsHiddenAlthoughNobodyNamedIt(String key) {
    assertThat(NOTHING_KNOWN.mask("key " + key + " was refused"))
        .doesNotContain("abcdef")
        .endsWith("…WXYZ was refused");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Authorization: Bearer abcdefghijk|Authorization: …",
        "sent with bearer  abcdefghijk, failed|sent with bearer  …, failed",
        "GET /v1/models?key=abc HTTP/1.1|GET /v1/models?key=… HTTP/1.1",
        "GET /v1/models?alt=sse&key=abc&x=1|GET /v1/models?alt=sse&key=…&x=1",
        "{\"api_key\":\"abc\",\"a\":1}|{\"api_key\":\"…\",\"a\":1}",
        "{\"refresh_token\" : \"abc\"}|{\"refresh_token\" : \"…\"}",
        "{\\\"client_secret\\\":\\\"abc\\\"}|{\\\"client_secret\\\":\\\"…\\\"}",
        "x-api-key: abc|x-api-key: …",
        "X-Goog-Api-Key=abc|X-Goog-Api-Key=…",
        "password=abc rest|password=… rest",
        "Cookie: session=abc; theme=dark|Cookie: …",
        "token: abcdef123456|token: …",
      })
  void theValueOfASecretNameIsHidden(String text, String masked) {
    assertThat(NOTHING_KNOWN.mask(text)).isEqualTo(masked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unexpected token: comma in line 3",
        "password: must be longer",
        "input_tokens=4096, output_tokens: 12",
        "task-runner sk-1 risk-management",
        "map[key=value] and key: value",
        "{\"monkey\":\"abc\",\"tokens\":\"12\"}",
        "GET /v1/models?alt=sse",
        "https://example.org:8080/path?x=1",
        "12:03:45",
        "=",
        ": \"",
      })
  void ordinaryTextStaysReadable(String text) {
    assertThat(NOTHING_KNOWN.mask(text)).isSameAs(text);
  }

  @Test
  void aUserMayNameFurtherTexts() {
    Redaction redaction = new Redaction(List.of(), List.of(Pattern.compile("customer-\\d+")));

    assertThat(redaction.mask("for customer-4711 and customer-x"))
        .isEqualTo("for … and customer-x");
  }

  @Test
  void theSecretsOfAConfigurationAreKnown(@TempDir Path home) {
    Redaction redaction =
        Redaction.of(
            Configuration.load(
                home,
                Map.of(),
                Map.of(
                    "ACME_API_KEY_1", "no usual shape",
                    "HTTPS_PROXY", "http://proxy:3128",
                    "REDACT_EXTRA", "alice; bob{1,2}")));

    assertThat(redaction.mask("(no usual shape) from alice and bobb by http://proxy:3128"))
        .isEqualTo("(…) from … and … by http://proxy:3128");
  }

  @Test
  void aTokenThatIsGrantedWhileItRunsIsKnownToEveryMaskOfTheProcess() {
    Redaction before = new Redaction(List.of(), List.of());

    Redaction.learnEverywhere("ya29.granted-a-moment-ago");

    assertThat(before.mask("token ya29.granted-a-moment-ago!")).doesNotContain("granted-a-moment");
  }
}
