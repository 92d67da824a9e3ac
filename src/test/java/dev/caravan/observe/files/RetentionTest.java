package dev.caravan.observe.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
  private static final long NOW = 1_800_000_000_000L;

  @SuppressWarnings("NullAway.Init") // set by JUnit
  @TempDir
  Path logs;

  @SuppressWarnings("NullAway.Init")
  private Path day;

  @BeforeEach
  void makeADay() {
    day = logs.resolve("transactions/2026-11-26");
  }

  private Path call(String name, Duration age, int bytes) throws IOException {
    Path folder = Files.createDirectories(day.resolve(name));
    Path file = Files.write(folder.resolve("request.json"), new byte[bytes]);
    FileTime then = FileTime.fromMillis(NOW - age.toMillis());
    Files.setLastModifiedTime(file, then);
    Files.setLastModifiedTime(folder, then);
    return folder;
  }

  private Retention keeping(Duration oldest, long bytes) {
    return new Retention(logs, List.of(logs.resolve("transactions")), oldest, bytes);
  }

  @Test
  void whatIsTooOldGoes() throws IOException {
    Path old = call("old", Duration.ofDays(15), 10);
    Path young = call("young", Duration.ofDays(13), 10);

    keeping(Duration.ofDays(14), 1_000_000).apply(NOW);

    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void ofTooMuchTheOldestGoes() throws IOException {
    Path one = call("a", Duration.ofHours(3), 400);
    Path two = call("b", Duration.ofHours(2), 400);
    Path three = call("c", Duration.ofHours(1), 400);

    keeping(Duration.ofDays(14), 900).apply(NOW);

    assertThat(one).doesNotExist();
    assertThat(two).exists();
    assertThat(three).exists();
  }

  @Test
  void whatIsBeingWrittenAndWhatIsNotACallStays() throws IOException {
    Path fresh = call("fresh", Duration.ofSeconds(30), 5000);
    Path failures = Files.write(logs.resolve("failures.log"), new byte[5000]);

    keeping(Duration.ofSeconds(1), 1).apply(NOW);

    assertThat(fresh).exists();
    assertThat(failures).exists();
  }

  @Test
  void aDayWithoutCallsGoesWhenNothingHasHappenedInItForAWhile() throws IOException {
    Files.createDirectories(day);
    Retention retention = keeping(Duration.ofDays(14), 1_000_000);

    Files.setLastModifiedTime(day, FileTime.fromMillis(NOW - 30_000));
    retention.apply(NOW);
    assertThat(day).exists();

    Files.setLastModifiedTime(day, FileTime.fromMillis(NOW - 90_000));
    retention.apply(NOW);
    assertThat(day).doesNotExist();
  }

  @Test
  void nothingIsDoneWhereNothingIs() throws IOException {
    Retention retention = keeping(Duration.ofDays(14), 1);

    assertThat(retention.hasAnything()).isFalse();
    retention.apply(NOW);
  }
}
