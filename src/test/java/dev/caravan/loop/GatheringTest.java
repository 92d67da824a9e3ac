package dev.caravan.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GatheringTest {
  private final AtomicInteger rests = new AtomicInteger();
  private final Gathering gathering = new Gathering(rests::incrementAndGet);
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

  private void begin(int streams) {
    for (int i = 0; i < streams; i++) {
      gathering.begun();
    }
  }

  private void turn(int writes) {
    for (int i = 0; i < writes; i++) {
      Runnable atTheEnd = gathering.writes();
      if (atTheEnd != null) {
        tasks.add(atTheEnd);
      }
    }
    while (!tasks.isEmpty()) {
      tasks.poll().run();
    }
  }

  @Test
  void aLoopWithManyStreamsRestsAfterATurnThatBroughtLittle() {
    begin(128);
    turn(1);
    turn(31);
    assertThat(rests).hasValue(2);
  }

  @Test
  void afterATurnThatBroughtMuchThereIsNoRest() {
    begin(1000);
    turn(32);
    turn(500);
    assertThat(rests).hasValue(0);
  }

  @Test
  void aLoopWithFewStreamsNeverRests() {
    begin(127);
    turn(1);
    gathering.begun();
    gathering.over();
    turn(1);
    assertThat(rests).hasValue(0);
  }
}
