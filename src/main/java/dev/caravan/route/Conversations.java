package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.Earlier;
import dev.caravan.call.ModelName;
import dev.caravan.dialect.Clues;
import dev.caravan.dialect.Envelope;
import dev.caravan.http.ServedRequest;
import dev.caravan.pool.Sessions;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which conversation a call belongs to: the one that the client names, in a header or in its body,
 * else the one whose turns it repeats (rotation.md 7.1, http-api.md 3.5). Two clients never share
 * one. Thread-safe.
 */
public final class Conversations {
  private static final int LONGEST_NAME = 200;

  private final @Nullable Sessions sessions;
  private final boolean infers;
  private final boolean keepsNamed;
  private final Set<String> trusted;

  /**
   * Sets it up.
   *
   * @param sessions what is known of conversations, null to know only what clients name
   * @param infers whether those that have no name are known by their turns
   * @param keepsNamed whether the last credential of those that have a name is kept, as for a
   *     restart; the pools know it while they run
   * @param trusted members of a request whose value names its conversation
   */
  public Conversations(
      @Nullable Sessions sessions, boolean infers, boolean keepsNamed, Collection<String> trusted) {
    this.sessions = sessions;
    this.infers = infers && sessions != null;
    this.keepsNamed = keepsNamed;
    this.trusted = Set.copyOf(trusted);
  }

  /** What the reader of the envelope is to look for; null when nobody wants to know. */
  @Nullable Clues clues(ServedRequest served) {
    return (infers || !trusted.isEmpty()) && isNothing(served.header("X-Session-Id"))
        ? new Clues(trusted)
        : null;
  }

  /** Puts a call into its conversation, and remembers who answers it. */
  void place(Call call, ServedRequest served, Envelope envelope, @Nullable Clues clues) {
    String name = name(served, envelope, clues);
    if (name != null) {
      String session = call.client() + " " + shortened(name.strip());
      call.session(session);
      if (keepsNamed && sessions != null) {
        placeNamed(call, session, sessions);
      }
    } else if (infers && clues != null && clues.turns() > 0 && sessions != null) {
      placeUnnamed(call, clues, sessions);
    }
  }

  private static void placeNamed(Call call, String session, Sessions sessions) {
    call.goesOnFrom(sessions.lastOf(session));
    call.onSettled(
        (ended, end) -> {
          Earlier last = lastOf(ended, end);
          if (last != null) {
            sessions.answered(session, last);
          }
        });
  }

  private static void placeUnnamed(Call call, Clues clues, Sessions sessions) {
    long[] beginnings = clues.beginnings(sessions.seed(call.client()));
    Sessions.Found found = sessions.find(call.client(), beginnings);
    if (found != null) {
      call.session(found.session());
      call.goesOnFrom(found.last());
    }
    call.onSettled(
        (ended, end) -> {
          Earlier last = lastOf(ended, end);
          if (last != null) {
            sessions.answered(beginnings, found, last);
          }
        });
  }

  /** Failures and broken streams tell nothing. */
  private static @Nullable Earlier lastOf(Call call, Call.End end) {
    ModelName model = call.model();
    String credential = call.credential();
    return end != Call.End.ANSWERED || model == null || credential == null
        ? null
        : new Earlier(model.provider(), credential, call.deadline().time().epochMillis());
  }

  private static @Nullable String name(
      ServedRequest served, Envelope envelope, @Nullable Clues clues) {
    String named = served.header("X-Session-Id");
    if (isNothing(named) && clues != null) {
      named = clues.named();
    }
    if (isNothing(named)) {
      named = envelope.session();
    }
    if (isNothing(named)) {
      named = served.header("session_id");
    }
    if (isNothing(named)) {
      named = served.header("conversation_id");
    }
    return isNothing(named) ? null : named;
  }

  private static boolean isNothing(@Nullable String name) {
    return name == null || name.isBlank();
  }

  private static String shortened(String name) {
    return name.substring(0, Math.min(name.length(), LONGEST_NAME));
  }
}
