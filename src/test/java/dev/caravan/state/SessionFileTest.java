package dev.caravan.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Earlier;
import dev.caravan.call.TimeSource;
import dev.caravan.pool.Sessions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations over a restart, and over whatever happens to their file. */
class SessionFileTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path folder;

  private static Sessions sessions() {
    return new Sessions(7, Duration.ofHours(1), TimeSource.system());
  }

  private static Earlier now(String credential) {
    return new Earlier("p", credential, TimeSource.system().epochMillis());
  }

  private Path file() {
    return folder.resolve("session_stickiness.json");
  }

  private static long[] turns(long... numbers) {
    return numbers;
  }

  @Test
  void whatIsKnownComesBackAndOnlyTheOwnerMayReadIt() throws Exception {
    Sessions first = sessions();
    try (SessionFile file = SessionFile.follow(file(), first)) {
      first.answered(turns(-5), null, now("k1"));
      first.answered(turns(9), null, now("k1"));
      first.answered(turns(9), null, now("k1"));
      first.answered("c thread", now("k2"));
      assertThat(file).isNotNull();
    }

    Sessions second = sessions();
    SessionFile.follow(file(), second).close();

    assertThat(second.all()).containsExactlyInAnyOrderElementsOf(first.all());
    assertThat(second.find("c", turns(-5, 6))).isNotNull();
    assertThat(second.find("c", turns(9, 6))).as("asked twice").isNull();
    assertThat(second.lastOf("c thread")).isEqualTo(first.lastOf("c thread"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON",
        "{\"schema_version\":1,\"sessions\":[{\"number\":\"12\",\"ro",
        "{\"schema_version\":1,\"sessions\":[{\"number\":\"words\"}]}",
        "{\"schema_version\":99,\"sessions\":[]}"
      })
  void aFileThatCannotBeReadIsKeptAsideAndSessionsBeginAnew(String text) throws Exception {
    Files.writeString(file(), text);
    Sessions sessions = sessions();

    try (SessionFile file = SessionFile.follow(file(), sessions)) {
      assertThat(file).isNotNull();
      assertThat(sessions.size()).isZero();
      sessions.answered(turns(3), null, now("k1"));
    }

    try (Stream<Path> files = Files.list(folder)) {
      List<Path> aside = files.filter(path -> path.toString().contains(".corrupt-")).toList();
      assertThat(aside).hasSize(1);
      assertThat(Files.readAllBytes(aside.getFirst())).isEqualTo(text.getBytes(UTF_8));
    }
    assertThat(Files.readString(file())).contains("\"number\":\"3\"");
  }

  @Test
  void aFolderThatIsAwayHarmsNobody() {
    Sessions sessions = sessions();
    try (SessionFile file =
        SessionFile.follow(folder.resolve("away").resolve("sessions.json"), sessions)) {
      assertThat(file).isNotNull();
      sessions.answered(turns(3), null, now("k1"));
    }
    assertThat(sessions.size()).isEqualTo(1);
  }
}
