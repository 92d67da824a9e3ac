package dev.caravan.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.pool.Verdict.Again;
import dev.caravan.pool.Verdict.GiveUp;
import dev.caravan.pool.Verdict.Next;
import dev.caravan.pool.Verdict.Relay;
import dev.caravan.pool.Verdict.Situation;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The decision, row by row of rotation.md 5.3 and 5.6. */
class VerdictTest {
  private static final PoolOptions OPTIONS =
      PoolOptions.defaults(Mode.SEQUENTIAL)
          .with()
          .transientRetryJitter(Duration.ofMillis(500))
          .build();
  private static final int NO_HINT = 0;
  private static final Verdict ENOUGH = new GiveUp(Refusal.Cause.ENOUGH_TRIED);

  private static Verdict again(long millis) {
    return new Again(Duration.ofMillis(millis));
  }

  private static Verdict next(long millis) {
    return new Next(Duration.ofMillis(millis));
  }

  /** Class, hint in seconds, the verdict of the first attempt, and of the second one in a turn. */
  static Stream<Arguments> rows() {
    return Stream.of(
        arguments("INVALID_REQUEST", NO_HINT, new Relay(), new Relay()),
        arguments("CONTEXT_WINDOW_EXCEEDED", NO_HINT, new Relay(), new Relay()),
        arguments("CONTEXT_WINDOW_EXCEEDED", 2, new Relay(), new Relay()),
        arguments("CONFLICT", NO_HINT, again(1000), new Relay()),
        arguments("NOT_FOUND", NO_HINT, next(0), next(0)),
        arguments("MODEL_NOT_ALLOWED", NO_HINT, next(0), next(0)),
        arguments("AUTHENTICATION", NO_HINT, next(0), next(0)),
        arguments("AUTHENTICATION", 2, next(0), next(0)),
        arguments("FORBIDDEN", NO_HINT, next(0), next(0)),
        arguments("REAUTH_NEEDED", NO_HINT, next(0), next(0)),
        arguments("QUOTA_EXCEEDED", NO_HINT, next(0), next(0)),
        arguments("QUOTA_EXCEEDED", 7200, next(0), next(0)),
        arguments("RATE_LIMIT", NO_HINT, next(0), next(0)),
        arguments("RATE_LIMIT", 2, again(2000), next(0)),
        arguments("RATE_LIMIT", 9, again(9000), next(0)),
        arguments("RATE_LIMIT", 10, next(0), next(0)),
        arguments("OVERLOADED", NO_HINT, again(1000), next(1000)),
        arguments("OVERLOADED", 3, again(3000), next(1000)),
        arguments("OVERLOADED", 10, next(1000), next(1000)),
        arguments("SERVER_ERROR", NO_HINT, again(1000), next(1000)),
        arguments("SERVER_ERROR", 4, again(4000), next(1000)),
        arguments("API_CONNECTION", NO_HINT, again(1000), next(1000)),
        arguments("TIMEOUT", NO_HINT, again(1000), next(0)),
        arguments("EMPTY_RESPONSE", NO_HINT, again(1000), next(0)),
        arguments("TRUNCATED_STREAM", NO_HINT, again(1000), next(0)),
        arguments("UNREADABLE_ANSWER", NO_HINT, again(1000), next(0)),
        arguments("UNKNOWN", NO_HINT, next(0), next(0)));
  }

  @ParameterizedTest(name = "{0} with hint {1}: {2}, then {3}")
  @MethodSource("rows")
  void eachClassHasItsRow(String kind, int hint, Verdict first, Verdict second) {
    On on = new On(FaultClass.valueOf(kind)).hint(hint);

    assertThat(on.attempt(1).verdict()).isEqualTo(first);
    assertThat(on.attempt(2).verdict()).isEqualTo(second);
  }

  @Test
  void noClassIsWithoutARow() {
    assertThat(rows().map(r -> r.get()[0]).distinct())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(FaultClass.values()).map(Enum::name).toList());
  }

  @ParameterizedTest
  @EnumSource(FaultClass.class)
  void nothingIsTriedAfterTheDeadline(FaultClass kind) {
    Verdict verdict = new On(kind).left(0).verdict();

    assertThat(verdict).isIn(new Relay(), new GiveUp(Refusal.Cause.DEADLINE));
  }

  @ParameterizedTest
  @EnumSource(FaultClass.class)
  void aProbeIsNeverRepeated(FaultClass kind) {
    Verdict verdict = new On(kind).hint(2).asProbe().verdict();

    assertThat(verdict).isNotInstanceOf(Again.class);
  }

  @ParameterizedTest
  @EnumSource(FaultClass.class)
  void rotationsHaveALimit(FaultClass kind) {
    Verdict verdict = new On(kind).attempt(9).rotations(8).verdict();

    assertThat(verdict).isIn(new Relay(), ENOUGH);
  }

  @Test
  void someClassesEndAfterFewCredentials() {
    assertThat(new On(FaultClass.OVERLOADED).attempt(2).turns(2).verdict()).isEqualTo(next(1000));
    assertThat(new On(FaultClass.OVERLOADED).attempt(2).turns(3).verdict()).isEqualTo(ENOUGH);
    assertThat(new On(FaultClass.UNKNOWN).turns(2).verdict()).isEqualTo(next(0));
    assertThat(new On(FaultClass.UNKNOWN).turns(3).verdict()).isEqualTo(ENOUGH);
    assertThat(new On(FaultClass.NOT_FOUND).turns(2).verdict()).isEqualTo(new Relay());
  }

  @Test
  void aModelThatNobodyKnowsIsTheClientsMistake() {
    assertThat(new On(FaultClass.NOT_FOUND).unknownModel().verdict()).isEqualTo(new Relay());
  }

  @Test
  void aWaitThatDoesNotFitIsNotMade() {
    assertThat(new On(FaultClass.RATE_LIMIT).hint(9).left(5).verdict()).isEqualTo(next(0));
    assertThat(new On(FaultClass.SERVER_ERROR).left(1).verdict()).isEqualTo(next(0));
    assertThat(new On(FaultClass.SERVER_ERROR).attempt(2).left(2).verdict()).isEqualTo(next(1000));
  }

  @Test
  void nobodyPausesBeforeACredentialThatIsNotThere() {
    assertThat(new On(FaultClass.SERVER_ERROR).attempt(2).alone().verdict()).isEqualTo(next(0));
  }

  @Test
  void chanceLengthensAWaitByTheJitterAtMost() {
    assertThat(new On(FaultClass.SERVER_ERROR).chance(0.5).verdict()).isEqualTo(again(1250));
  }

  /** A situation in the making: first turn, two credentials, 30 s left. */
  private record On(
      FaultClass kind,
      int hint,
      int attempt,
      boolean onlyOnce,
      int turns,
      int rotations,
      boolean others,
      boolean known,
      int left,
      double chance) {

    On(FaultClass kind) {
      this(kind, NO_HINT, 1, false, 1, 0, true, true, 30, 0);
    }

    On hint(int value) {
      return new On(kind, value, attempt, onlyOnce, turns, rotations, others, known, left, chance);
    }

    On attempt(int value) {
      return new On(kind, hint, value, onlyOnce, turns, rotations, others, known, left, chance);
    }

    On asProbe() {
      return new On(kind, hint, attempt, true, turns, rotations, others, known, left, chance);
    }

    On turns(int value) {
      return new On(kind, hint, attempt, onlyOnce, value, rotations, others, known, left, chance);
    }

    On rotations(int value) {
      return new On(kind, hint, attempt, onlyOnce, turns, value, others, known, left, chance);
    }

    On alone() {
      return new On(kind, hint, attempt, onlyOnce, turns, rotations, false, known, left, chance);
    }

    On unknownModel() {
      return new On(kind, hint, attempt, onlyOnce, turns, rotations, others, false, left, chance);
    }

    On left(int seconds) {
      return new On(
          kind, hint, attempt, onlyOnce, turns, rotations, others, known, seconds, chance);
    }

    On chance(double value) {
      return new On(kind, hint, attempt, onlyOnce, turns, rotations, others, known, left, value);
    }

    Verdict verdict() {
      Duration retryAfter = hint == NO_HINT ? null : Duration.ofSeconds(hint);
      Fault fault = new Fault(kind, 0, retryAfter, "test", "no", null);
      return Verdict.of(
          new Situation(
              OPTIONS,
              fault,
              attempt,
              onlyOnce,
              turns,
              rotations,
              false,
              others,
              known,
              Duration.ofSeconds(left),
              chance));
    }
  }
}
