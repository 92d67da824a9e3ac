package dev.caravan.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has changed is written by itself, however the disk behaves. */
class StateWriterTest {
  private static final StateWriter.Pace QUICK =
      new StateWriter.Pace(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(20));
  private static final StateWriter.Pace AT_THE_END =
      new StateWriter.Pace(Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1));

  private final Path folder;
  private final Map<String, String> changed = new ConcurrentHashMap<>();

  private final List<StateHealth> alarms = new CopyOnWriteArrayList<>();

  StateWriterTest(@TempDir Path home) {
    this.folder = home.resolve("state");
  }

  private StateWriter writer(StateWriter.Pace pace) {
    return new StateWriter(new FileStore(folder), this::changes, List.of(), alarms::add, pace);
  }

  private Map<String, byte @Nullable []> changes() {
    Map<String, byte @Nullable []> values = new HashMap<>();
    for (String name : List.copyOf(changed.keySet())) {
      String value = changed.remove(name);
      if (value != null) {
        values.put(name, value.getBytes(UTF_8));
      }
    }
    return values;
  }

  private void change(StateWriter writer, String name, String value) {
    changed.put(name, value);
    writer.wake();
  }

  private Map<String, String> kept() {
    Map<String, String> texts = new HashMap<>();
    new FileStore(folder).load().values().forEach((n, v) -> texts.put(n, new String(v, UTF_8)));
    return texts;
  }

  @Test
  void aChangeIsWrittenAMomentLater() {
    try (StateWriter writer = writer(QUICK)) {
      change(writer, "a", "1");
      Eventually.holds("a is written", () -> kept().equals(Map.of("a", "1")));
      change(writer, "a", "2");
      Eventually.holds("a is written again", () -> kept().equals(Map.of("a", "2")));
      assertThat(writer.health().isGood()).isTrue();
    }
  }

  @Test
  void whatIsNotWrittenYetIsWrittenAtTheEnd() {
    try (StateWriter writer = writer(AT_THE_END)) {
      change(writer, "a", "1");
    }

    assertThat(kept()).isEqualTo(Map.of("a", "1"));
  }

  @Test
  void withoutAChangeNothingIsMade() {
    writer(QUICK).close();

    assertThat(folder).doesNotExist();
  }

  @Test
  @DisplayName("rotation.md case 82: what a disk refuses is kept and written when it can be")
  void aDiskThatFailsIsToldOfAndTriedAgainUntilAllOfItIsThere() throws IOException {
    Files.writeString(folder, "in the way");
    try (StateWriter writer = writer(QUICK)) {
      change(writer, "a", "1");
      Eventually.holds("it fails twice", () -> writer.health().inRow() >= 2);
      change(writer, "b", "2");

      assertThat(writer.health().isGood()).isFalse();
      assertThat(writer.health().complaint())
          .contains(folder.toString())
          .contains("cannot be written")
          .contains("calls are served");

      Files.delete(folder);
      Eventually.holds("it is good again", () -> writer.health().isGood());
      Eventually.holds("nothing is missing", () -> kept().equals(Map.of("a", "1", "b", "2")));
      assertThat(writer.health().failures()).isGreaterThanOrEqualTo(2);
      assertThat(writer.health().inRow()).isZero();
      assertThat(alarms).as("one alarm for the whole time").hasSize(1);
    }
  }

  @Test
  void aBugInWhatIsAskedDoesNotEndTheWriter() {
    Map<String, String> bad = new ConcurrentHashMap<>(Map.of("bad", "yes"));
    StateWriter writer =
        new StateWriter(
            new FileStore(folder),
            () -> {
              if (bad.containsKey("bad")) {
                throw new IllegalStateException("a bug");
              }
              return changes();
            },
            List.of(),
            alarms::add,
            QUICK);
    try (writer) {
      change(writer, "a", "1");
      Eventually.holds("it fails", () -> writer.health().inRow() >= 1);
      bad.clear();
      Eventually.holds("a is written", () -> kept().equals(Map.of("a", "1")));
    }
  }
}
