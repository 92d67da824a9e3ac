package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Secret;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskingTest {

  private static final Masking NO_SECRETS = new Masking(List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sk-proj-abcDEF123456",
        "sk-ant-api03-abcDEF123456",
        "sk-abcd****************wxyz",
        "AIzaSyA1234567890abcdefg",
        "gsk_abcdef1234567890",
        "xai-abcdef1234567890",
        "nvapi-abcdef1234567890",
        "ya29.a0AfH6SMBabcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_",
        "0123456789abcdef0123456789abcdef",
      })
  void whateverLooksLikeAKeyIsTakenOut(String key) {
    String masked = NO_SECRETS.text("Incorrect API key provided: " + key + ", see the docs.");

    assertThat(masked).doesNotContain(key).startsWith("Incorrect API key provided: ***");
  }

  @Test
  void aBearerHeaderLosesItsToken() {
    assertThat(NO_SECRETS.text("header was Bearer abc.def/ghi==")).doesNotContain("abc.def");
  }

  @Test
  void aKnownSecretOfAnyShapeIsTakenOut() {
    Masking masking = new Masking(List.of(new Secret("hunter2!", "k1")));

    assertThat(masking.text("key hunter2! is wrong")).isEqualTo("key *** is wrong");
    assertThat(masking.keys("key hunter2! is wrong")).isEqualTo("key *** is wrong");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The model `meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8` does not exist",
        "quotaId GenerateRequestsPerDayPerProjectPerModel-FreeTier",
        "Rate limit reached for gpt-4o-mini in organization on tokens per min (TPM)",
        "task-oriented risk-based answers",
      })
  void plainWordsAndModelNamesStay(String text) {
    assertThat(NO_SECRETS.text(text)).isEqualTo(text);
  }
}
