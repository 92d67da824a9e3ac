package dev.caravan.pool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Secret;
import org.junit.jupiter.api.Test;

class FingerprintsTest {
  private final Fingerprints fingerprints = Fingerprints.of("Jefe".getBytes(UTF_8));

  @Test
  void aFingerprintIsTheBeginningOfTheKeyedHash() {
    // RFC 4231, test case 2
    assertThat(fingerprints.fingerprint("what do ya want for nothing?")).isEqualTo("5bdcc146bf60");
  }

  @Test
  void anotherKeyGivesAnotherFingerprint() {
    Fingerprints other = Fingerprints.of("other".getBytes(UTF_8));

    assertThat(other.fingerprint("a")).isNotEqualTo(fingerprints.fingerprint("a"));
  }

  @Test
  void nothingThatIsPrintedHoldsTheSecret() {
    Secret secret = fingerprints.secret("sk-canary");
    Credential credential = new Credential("someone@example.com", secret, "k", 1);

    assertThat(secret + " " + credential).doesNotContain("canary").doesNotContain("someone");
    assertThat(secret.reveal()).isEqualTo("sk-canary");
  }
}
