package dev.caravan.upstream;

import dev.caravan.call.Access;
import dev.caravan.call.Account;
import dev.caravan.call.AccountUnusable;
import dev.caravan.call.Deadline;
import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.Secret;
import dev.caravan.call.TimeSource;
import dev.caravan.provider.Provider;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a credential grants a request: a key is sent as it is, an account is asked for the token of
 * the moment and for what goes with it.
 */
final class Grants {
  private Grants() {}

  /**
   * What an account grants a call now.
   *
   * @throws UpstreamFault if it grants nothing, which makes the call go on to another credential
   */
  static Access of(Account account, Deadline deadline) {
    try {
      return account.access(deadline);
    } catch (AccountUnusable e) {
      throw fault(e);
    }
  }

  /** What a credential grants a question of the gateway's own. */
  static @Nullable Access of(@Nullable Secret secret, Duration patience, TimeSource time)
      throws IOException {
    if (secret == null) {
      return null;
    }
    Account account = secret.account();
    return account == null ? Access.by(secret) : account.access(Deadline.in(patience, time));
  }

  private static UpstreamFault fault(AccountUnusable e) {
    String message = String.valueOf(e.getMessage());
    return new UpstreamFault(
        e.needsLogin()
            ? Fault.of(FaultClass.REAUTH_NEEDED, "account", message)
            // it rests like one whose provider has named a time, and blames nobody else
            : new Fault(FaultClass.RATE_LIMIT, 0, e.retryAfter(), "account", message, null));
  }

  /** The headers of a request, those of the account among them. */
  static Map<String, String> headers(Provider provider, @Nullable Access access) {
    Map<String, String> usual =
        provider.requestHeaders(access == null || isNone(access) ? null : access.token());
    if (access == null || access.headers().isEmpty()) {
      return usual;
    }
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(usual);
    all.putAll(access.headers());
    return all;
  }

  private static boolean isNone(Access access) {
    return access.token().reveal().isEmpty();
  }

  /** An address of the provider, where the account is served. */
  static String url(Provider provider, String url, @Nullable Access access) {
    String base = access == null ? null : access.baseUrl();
    return base == null ? url : provider.urlAt(url, base);
  }
}
