package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** One setting read and changed: {@code caravan config get}, {@code set} and {@code unset}. */
@SuppressWarnings("NullAway.Init") // JUnit sets it
class ConfigEditTest {
  @TempDir Path home;

  /** What a command has said, and its exit code. */
  private record Said(int exit, String out, String err) {}

  private Said config(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--home");
    all.add(home.toString());
    int exit =
        new CommandLine(new ConfigCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    return new Said(exit, out.toString().strip(), err.toString().strip());
  }

  private Said withInput(String input, String... words) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return config(words);
    } finally {
      System.setIn(before);
    }
  }

  private String dotenv() throws IOException {
    return Files.readString(home.resolve(".env"));
  }

  private void dotenv(String text) throws IOException {
    Files.writeString(home.resolve(".env"), text);
  }

  @Test
  void theValueInEffectStandsAlone() throws IOException {
    dotenv("GLOBAL_TIMEOUT=45\n");

    assertThat(config("get", "GLOBAL_TIMEOUT")).isEqualTo(new Said(0, "45", ""));
    assertThat(config("get", "global-timeout").out()).isEqualTo("45");
    assertThat(config("get", "MAX_RETRIES").out()).as("the default").isEqualTo("2");
    assertThat(config("get", "ROTATION_MODE_GROQ").exit()).isEqualTo(1);
    assertThat(config("get", "ROTATION_MODE_GROQ").err()).contains("is not set");
  }

  @Test
  void aSecretIsMaskedUnlessItIsAskedForInFull() throws IOException {
    dotenv("GROQ_API_KEY_1=gsk_0123456789abcdef\n");

    assertThat(config("get", "GROQ_API_KEY_1").out()).isNotEmpty().doesNotContain("0123456789ab");
    assertThat(config("get", "GROQ_API_KEY_1", "--reveal").out()).isEqualTo("gsk_0123456789abcdef");
  }

  @Test
  void aChangeKeepsEverythingElseAsItIs() throws IOException {
    dotenv("# mine\r\nexport GLOBAL_TIMEOUT='20'   # seconds\r\nROTATION_MODE_GROQ=balanced\r\n");

    Said said = config("set", "GLOBAL_TIMEOUT", "45");

    assertThat(said.exit()).isZero();
    assertThat(said.out()).contains("GLOBAL_TIMEOUT is set in", "started anew");
    assertThat(dotenv())
        .isEqualTo(
            "# mine\r\nexport GLOBAL_TIMEOUT=45   # seconds\r\nROTATION_MODE_GROQ=balanced\r\n");
    assertThat(home.resolve("backups").toFile().list()).as("the version before").hasSize(1);
  }

  @Test
  void anEnvThatIsNotThereIsMadeForItsOwnerAlone() throws IOException {
    assertThat(config("set", "ROTATION_MODE_GROQ", "sequential").exit()).isZero();

    assertThat(dotenv()).isEqualTo("ROTATION_MODE_GROQ=sequential\n");
    assertThat(Files.getPosixFilePermissions(home.resolve(".env")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void whatIsNotLegalIsNotWritten() {
    Said said = config("set", "MAX_RETRIES", "many");

    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err()).contains("MAX_RETRIES", "an integer from 1 to 100");
    assertThat(home.resolve(".env")).doesNotExist();
  }

  @Test
  void aNameThatNobodyReadsIsRefusedWithTheNearestOne() {
    Said said = config("set", "GLOBL_TIMEOUT", "3");

    assertThat(said.exit()).isEqualTo(1);
    assertThat(said.err()).contains("no setting GLOBL_TIMEOUT", "GLOBAL_TIMEOUT");
    assertThat(config("get", "NO_SUCH_THING").exit()).isEqualTo(1);
  }

  @Test
  void aProviderThatIsNoneIsRemarkedOn() {
    assertThat(config("set", "ROTATION_MODE_GROK", "balanced").out())
        .contains("no provider has this name", "groq");
  }

  @Test
  void aSecretIsNeverTakenFromTheCommandLine() throws IOException {
    Said refused = config("set", "GROQ_API_KEY_1", "gsk_0123456789abcdef");

    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("standard input").doesNotContain("gsk_");

    Said taken = withInput("gsk_0123456789abcdef\n", "set", "GROQ_API_KEY_1");

    assertThat(taken.exit()).isZero();
    assertThat(taken.out()).doesNotContain("gsk_0123");
    assertThat(dotenv()).isEqualTo("GROQ_API_KEY_1=gsk_0123456789abcdef\n");
  }

  @Test
  void aStrongerSourceIsTold() throws IOException {
    Files.writeString(home.resolve("overrides.env"), "GLOBAL_TIMEOUT=60\n");

    assertThat(config("set", "GLOBAL_TIMEOUT", "45").out())
        .contains("but overrides.env:1 says 60, which holds");
  }

  @Test
  void whatIsTakenOutLeavesTheRest() throws IOException {
    dotenv("A=1\nGLOBAL_TIMEOUT=20\nGLOBAL_TIMEOUT=30 # twice\nB=2");

    assertThat(config("unset", "GLOBAL_TIMEOUT").exit()).isZero();

    assertThat(dotenv()).isEqualTo("A=1\nB=2");
    assertThat(config("unset", "GLOBAL_TIMEOUT").exit()).isEqualTo(1);
    assertThat(config("get", "GLOBAL_TIMEOUT").out()).isEqualTo("30");
  }
}
