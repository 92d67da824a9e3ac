package dev.caravan.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class RepeatsTest {
  private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");

  private final List<String> shown = new ArrayList<>();
  private final List<Runnable> later = new ArrayList<>();
  private Instant now = NOON;
  private final Repeats repeats =
      new Repeats(List.of(new Memory()), (time, task) -> later.add(task), () -> now);

  private final class Memory extends Handler {
    @Override
    public void publish(LogRecord record) {
      shown.add(record.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private void log(Level level, String message) {
    LogRecord record = new LogRecord(level, message);
    record.setLoggerName("a");
    record.setInstant(now);
    repeats.publish(record);
  }

  @Test
  void aWarningThatComesAgainIsCountedAndToldOnceWithItsTimes() {
    for (int i = 0; i < 4; i++) {
      log(Level.WARNING, "disk full");
      now = now.plusSeconds(5);
    }
    assertThat(shown).containsExactly("disk full");
    assertThat(later).hasSize(1);

    later.getFirst().run();

    assertThat(shown)
        .containsExactly(
            "disk full",
            "disk full (the same 3 times more between 2026-11-26T12:00:00Z and 2026-11-26T12:00:15Z)");
  }

  @Test
  void afterAMinuteItIsNewsAgain() {
    log(Level.WARNING, "disk full");
    now = now.plus(Duration.ofSeconds(61));
    log(Level.WARNING, "disk full");

    assertThat(shown).containsExactly("disk full", "disk full");
  }

  @Test
  void otherWarningsAndEverythingLessSeriousPass() {
    log(Level.INFO, "hello");
    log(Level.INFO, "hello");
    log(Level.WARNING, "one");
    log(Level.WARNING, "two");
    log(Level.SEVERE, "three");

    assertThat(shown).containsExactly("hello", "hello", "one", "two", "three");
  }

  @Test
  void whatWasCountedIsToldAtTheEndAndNotTwice() {
    log(Level.SEVERE, "broken");
    log(Level.SEVERE, "broken");

    repeats.flush();
    later.forEach(Runnable::run);

    assertThat(shown).hasSize(2);
    assertThat(shown.getLast()).contains("once more");
  }

  @Test
  void manyDifferentWarningsTakeNoMoreMemoryThanSome() {
    for (int i = 0; i < 1000; i++) {
      log(Level.WARNING, "warning " + i);
    }
    log(Level.WARNING, "warning 0");

    assertThat(shown).hasSize(1001);
  }
}
