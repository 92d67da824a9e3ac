package dev.caravan.pool;

import dev.caravan.call.Earlier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a call asks for besides its model. Immutable.
 *
 * @param session conversation that it belongs to, which stays on one credential; null for none.
 *     Different callers never share one
 * @param earlier where the last answer of that conversation came from, for a pool that does not
 *     know it; null for not known
 * @param credential fingerprint, id or label of the only credential it may use, null for any
 * @param force whether that one is used although it rests; its hard ceiling holds all the same
 * @param trace told of each look for a credential, under the pool's lock, null for nobody; nothing
 *     is built for it then
 */
public record Wish(
    @Nullable String session,
    @Nullable Earlier earlier,
    @Nullable String credential,
    boolean force,
    @Nullable Consumer<Pick> trace) {

  public static final Wish NONE = new Wish(null, null, null, false, null);

  /** The next of a conversation. */
  public static Wish ofSession(@Nullable String session) {
    return ofSession(session, null);
  }

  /** The same, where the last answer of it may have come from elsewhere, or before a restart. */
  public static Wish ofSession(@Nullable String session, @Nullable Earlier earlier) {
    return session == null ? NONE : new Wish(session, earlier, null, false, null);
  }

  /** One credential and no other. */
  public static Wish of(String credential, boolean force) {
    return new Wish(null, null, credential, force, null);
  }

  public Wish traced(Consumer<Pick> listener) {
    return new Wish(session, earlier, credential, force, listener);
  }
}
