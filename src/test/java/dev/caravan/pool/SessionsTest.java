package dev.caravan.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Earlier;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Conversations that their clients do not name (rotation.md 7.1). */
class SessionsTest {
  private static final Earlier K1 = new Earlier("p", "k1", FakeTime.T * 1000);
  private static final Earlier K2 = new Earlier("p", "k2", FakeTime.T * 1000);

  private final FakeTime time = new FakeTime();
  private final Sessions sessions = new Sessions(7, Duration.ofHours(1), time);

  /** The beginnings of a request with so many turns of one conversation. */
  private static long[] turns(long conversation, int count) {
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = conversation * 1_000 + i + 1;
    }
    return numbers;
  }

  private static long[] endingWith(long[] beginning, long last) {
    long[] longer = Arrays.copyOf(beginning, beginning.length + 1);
    longer[beginning.length] = last;
    return longer;
  }

  @Test
  @DisplayName("rotation.md case 80: a conversation that grows is one session")
  void aConversationThatGrowsIsOneSession() {
    sessions.answered(turns(1, 2), null, K1);
    Set<String> names = new HashSet<>();

    for (int turns : new int[] {4, 6, 8}) {
      Sessions.Found found = sessions.find("c", turns(1, turns));
      if (found == null) {
        throw new AssertionError("not known with " + turns + " turns");
      }
      names.add(found.session());
      assertThat(found.last()).isEqualTo(K1);
      sessions.answered(turns(1, turns), found, K1);
    }

    assertThat(names).hasSize(1);
    assertThat(names.iterator().next()).startsWith("c ");
  }

  @Test
  @DisplayName("rotation.md W24: a batch whose requests begin alike is no conversation")
  void aBatchWhoseRequestsBeginAlikeIsNoConversation() {
    long[] examples = turns(1, 9);

    for (long item = 1; item <= 100; item++) {
      long[] request = endingWith(examples, 1_000_000 + item);
      assertThat(sessions.find("c", request)).as("item %d", item).isNull();
      sessions.answered(request, null, item % 2 == 0 ? K1 : K2);
    }
  }

  @Test
  void whatWasAskedTwiceInTheSameWordsIsNobodysBeginning() {
    sessions.answered(turns(1, 1), null, K1);
    sessions.answered(turns(1, 1), null, K2);

    assertThat(sessions.find("c", turns(1, 3))).isNull();

    sessions.answered(turns(1, 3), null, K2);
    assertThat(sessions.find("c", turns(1, 5))).extracting(Sessions.Found::last).isEqualTo(K2);
  }

  @Test
  void whatTellsNothingIsNotLookedFor() {
    long[] nothing = {0};
    sessions.answered(nothing, null, K1);

    assertThat(sessions.size()).isZero();
    assertThat(sessions.find("c", endingWith(nothing, 5))).isNull();
  }

  @Test
  void aConversationThatIsTakenUpAgainAtAnEarlierTurnIsTheSame() {
    sessions.answered(turns(1, 1), null, K1);
    sessions.answered(turns(1, 3), sessions.find("c", turns(1, 3)), K1);

    long[] edited = endingWith(turns(1, 2), 77);

    assertThat(sessions.find("c", edited)).isEqualTo(sessions.find("c", turns(1, 5)));
  }

  @Test
  void theLastAnswerCountsAndSilenceEndsASession() {
    sessions.answered(turns(1, 1), null, K1);
    sessions.answered(turns(1, 3), sessions.find("c", turns(1, 3)), K2);
    time.pass(Duration.ofMinutes(59));
    assertThat(sessions.find("c", turns(1, 5))).extracting(Sessions.Found::last).isEqualTo(K2);

    time.pass(Duration.ofMinutes(61));

    assertThat(sessions.find("c", turns(1, 5))).isNull();
  }

  @Test
  @DisplayName("rotation.md W24: a million conversations leave a bounded table")
  void aMillionConversationsLeaveABoundedTable() {
    for (long conversation = 1; conversation <= 1_000_000; conversation++) {
      sessions.answered(turns(conversation, 1), null, K1);
    }

    assertThat(sessions.size()).isLessThanOrEqualTo(100_000);
  }

  @Test
  void aNamedConversationKnowsItsLastCredential() {
    assertThat(sessions.lastOf("c thread")).isNull();
    sessions.answered("c thread", K2);

    assertThat(sessions.lastOf("c thread")).isEqualTo(K2);
    assertThat(sessions.lastOf("d thread")).isNull();
  }

  @Test
  void whatAFileHasKeptIsTakenInUnlessItIsTooOld() {
    sessions.answered(turns(1, 1), null, K1);
    sessions.answered(turns(2, 1), null, new Earlier("p", "k1", (FakeTime.T - 3_601) * 1000));
    Sessions next = new Sessions(7, Duration.ofHours(1), time);

    next.restore(sessions.all());

    assertThat(next.find("c", turns(1, 3))).isEqualTo(sessions.find("c", turns(1, 3)));
    assertThat(next.find("c", turns(2, 3))).isNull();
  }
}
