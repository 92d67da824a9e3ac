package dev.caravan.oauth;

import dev.caravan.call.Access;
import dev.caravan.call.Account;
import dev.caravan.call.AccountUnusable;
import dev.caravan.call.Deadline;
import dev.caravan.call.Secret;
import dev.caravan.provider.Provider;
import dev.caravan.provider.account.AccountClient;
import dev.caravan.provider.account.AccountSetup;
import dev.caravan.provider.account.AccountState;
import dev.caravan.provider.account.AccountState.Occasion;
import dev.caravan.provider.account.OAuth;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steward of one account's tokens (providers.md 2.4). A token is refreshed before it ends, by
 * one refresh at a time however many ask; who comes while there is none that is good waits for that
 * refresh, others go on with the token that is. A refresh token that was refused is looked for in
 * the file again, where another program may have put its successor, before the account waits for a
 * login. What was granted is on disk before anybody uses it; where the disk refuses, calls go on
 * and saving is tried again. Thread-safe.
 */
public final class OAuthAccount implements Account {
  private static final Logger LOG = LoggerFactory.getLogger(OAuthAccount.class);
  private static final int TRIES = 3;
  private static final long JUST_NOW_MILLIS = 5_000;
  private static final long LONGEST_REST_SECONDS = 300;
  private static final Set<String> NOT_FOR_CALLS =
      Set.of("id_token", "client_id", "client_secret", "api_key", "token_uri", "refresh_token");

  private final String name;
  private final String fingerprint;
  private final @Nullable Path file;
  private final @Nullable CredentialStore store;
  private final Surroundings around;
  private final double share;

  private volatile Terms terms;
  private volatile Standing standing;
  private final Object turn = new Object();
  private @Nullable CompletableFuture<Void> flight;
  private volatile boolean complete;
  private volatile boolean unsaved;
  private int failures;
  private volatile long notBeforeMillis;
  private volatile long refreshedAtMillis;

  /** What its provider says of accounts; changes with the routes. */
  private record Terms(Provider provider, OAuth oauth, @Nullable AccountSetup setup) {}

  /**
   * All that a call needs, at once.
   *
   * @param why it is not ready, empty when it is
   */
  private record Standing(
      AccountDocument document, Access access, long expiresAt, AccountStatus status, String why) {

    boolean hasToken() {
      return !access.token().reveal().isEmpty();
    }
  }

  /**
   * Refreshes nothing yet.
   *
   * @param name for people: the name of its file, or {@code env://provider/n}
   * @param fingerprint of its identity
   * @param file null for one of the environment, which is refreshed in memory alone
   * @param share from 0 to 1: how much sooner than it must this one is refreshed, so that many do
   *     not at once
   */
  OAuthAccount(
      String name,
      String fingerprint,
      @Nullable Path file,
      @Nullable CredentialStore store,
      Provider provider,
      AccountDocument document,
      Surroundings around,
      double share) {
    this.name = name;
    this.fingerprint = fingerprint;
    this.file = file;
    this.store = store;
    this.around = around;
    this.share = share;
    this.terms = terms(provider);
    this.standing = standing(document, AccountStatus.READY, "");
  }

  private static Terms terms(Provider provider) {
    OAuth oauth =
        provider
            .oauth()
            .orElseThrow(
                () -> new IllegalArgumentException(provider.getName() + " has no oauth block"));
    @Nullable AccountSetup setup = Surroundings.setup(oauth.setup()).orElse(null);
    if (setup == null && !oauth.setup().isEmpty()) {
      LOG.warn("provider {}: there is no account setup '{}'", provider.getName(), oauth.setup());
    }
    return new Terms(provider, oauth, setup);
  }

  // ---- what others see

  /** For people: the name of its file, or {@code env://provider/n}. */
  public String name() {
    return name;
  }

  public String provider() {
    return terms.provider().getName();
  }

  public String fingerprint() {
    return fingerprint;
  }

  public AccountStatus status() {
    return standing.status();
  }

  /** Why it is not ready, empty when it is. */
  public String why() {
    return standing.why();
  }

  /** Whether what was granted last is not on disk yet. */
  public boolean isUnsaved() {
    return unsaved;
  }

  /** When its token ends, in milliseconds since 1970; 0 when that is not known. */
  public long expiresAtMillis() {
    return standing.expiresAt();
  }

  /** What is known of it, by name. Tokens and secrets are no part of it. */
  public Map<String, String> facts() {
    return standing.access().facts();
  }

  AccountDocument document() {
    return standing.document();
  }

  @Nullable Path file() {
    return file;
  }

  /** The routes have changed, and with them what the provider says. */
  void adopt(Provider provider) {
    terms = terms(provider);
    standing = standing(standing.document(), standing.status(), standing.why());
  }

  // ---- what calls want

  @Override
  public Access access(Deadline deadline) throws AccountUnusable {
    Standing now = standing;
    long millis = around.time().epochMillis();
    if (now.status() == AccountStatus.NEEDS_LOGIN || now.status() == AccountStatus.INELIGIBLE) {
      throw new AccountUnusable(now.why(), true);
    }
    if (now.expiresAt() > millis && (complete || terms.setup() == null) && now.hasToken()) {
      if (now.expiresAt() - leadMillis() <= millis && notBeforeMillis <= millis) {
        begin(false);
      }
      return now.access();
    }
    if (now.expiresAt() <= millis && notBeforeMillis > millis) {
      throw unusable(now, millis);
    }
    await(begin(false), deadline);
    Standing then = standing;
    if (then.status() == AccountStatus.NEEDS_LOGIN || then.status() == AccountStatus.INELIGIBLE) {
      throw new AccountUnusable(then.why(), true);
    }
    if (then.expiresAt() <= around.time().epochMillis() || !then.hasToken()) {
      throw unusable(then, around.time().epochMillis());
    }
    return then.access();
  }

  private AccountUnusable unusable(Standing now, long millis) {
    String usual =
        now.hasToken()
            ? "its token has ended and is not refreshed yet"
            : "it has no %s yet, which its calls carry".formatted(terms.oauth().token());
    String why = now.why().isEmpty() ? usual : now.why();
    long rest = notBeforeMillis - millis;
    return new AccountUnusable(why, false, rest > 0 ? Duration.ofMillis(rest) : null);
  }

  @Override
  public Optional<Access> renewed(Access refused, Deadline deadline) {
    long millis = around.time().epochMillis();
    if (!sameToken(standing.access(), refused)) {
      return Optional.of(standing.access());
    }
    if (standing.status() == AccountStatus.NEEDS_LOGIN
        || notBeforeMillis > millis
        || (refreshedAtMillis > 0 && millis - refreshedAtMillis < JUST_NOW_MILLIS)) {
      return Optional.empty();
    }
    try {
      await(begin(true), deadline);
    } catch (AccountUnusable late) {
      return Optional.empty();
    }
    Standing then = standing;
    return then.status() == AccountStatus.READY && !sameToken(then.access(), refused)
        ? Optional.of(then.access())
        : Optional.empty();
  }

  private static boolean sameToken(Access one, Access other) {
    return one.token().reveal().equals(other.token().reveal());
  }

  private static void await(CompletableFuture<Void> flight, Deadline deadline)
      throws AccountUnusable {
    try {
      flight.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new AccountUnusable(
          "its token is being refreshed, and that takes longer than this call may", false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AccountUnusable("the call was interrupted while its token was refreshed", false);
    } catch (ExecutionException e) {
      throw new AccountUnusable("its refresh failed: " + e.getCause(), false);
    }
  }

  // ---- what the clock wants

  /** When it wants to be refreshed, in milliseconds since 1970. */
  long dueAtMillis() {
    Standing now = standing;
    if (now.status() == AccountStatus.NEEDS_LOGIN || now.status() == AccountStatus.INELIGIBLE) {
      return Long.MAX_VALUE;
    }
    return Math.max(notBeforeMillis, now.expiresAt() - leadMillis());
  }

  /**
   * Looks after what needs no provider: saves what could not be saved, and reads the file of an
   * account that waits for a login.
   */
  void tend() {
    if (unsaved) {
      synchronized (this) {
        save(standing.document());
      }
    }
    AccountStatus status = standing.status();
    if ((status == AccountStatus.NEEDS_LOGIN || status == AccountStatus.INELIGIBLE)
        && takeOver(standing.document())) {
      LOG.info("provider {}: account {}: its file holds a new login", provider(), name);
    }
  }

  /** Refreshes it now, in the background. */
  CompletableFuture<Void> refresh() {
    return begin(true);
  }

  /** Reads its file again, in which a person or another program may have put another login. */
  void lookAgain() {
    takeOver(standing.document());
  }

  /** Refreshes it in the background if it is due. */
  void refreshIfDue() {
    begin(false);
  }

  /** Its effective lead: never more than half of the token's life (providers.md 2.4). */
  private long leadMillis() {
    long wanted = standing.document().refreshLead(terms.oauth()).toMillis();
    long lifetime = standing.document().lifetimeMillis();
    long lead = lifetime > 0 ? Math.min(wanted, lifetime / 2) : wanted;
    return lead + (long) (share * Math.min(lead / 10, 60_000));
  }

  // ---- one refresh at a time

  private CompletableFuture<Void> begin(boolean forced) {
    CompletableFuture<Void> mine;
    synchronized (turn) {
      CompletableFuture<Void> under = flight;
      if (under != null) {
        return under;
      }
      mine = new CompletableFuture<>();
      flight = mine;
    }
    Thread.ofVirtual().name("refresh").start(() -> fly(mine, forced));
    return mine;
  }

  private void fly(CompletableFuture<Void> mine, boolean forced) {
    AccountStatus before = standing.status();
    try (AccountLock.Held _ = around.lock().hold(fingerprint)) {
      freshen(forced);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.error("provider {}: account {}: its refresh broke down", provider(), name, e);
      fail("its refresh broke down: " + e.getClass().getSimpleName(), null);
    } finally {
      synchronized (turn) {
        flight = null;
      }
      mine.complete(null);
      if (before != standing.status()) {
        around.changed().accept(this);
      }
    }
  }

  private synchronized void freshen(boolean forced) {
    AccountDocument document = standing.document();
    if (takeOver(document) && isGood()) {
      setUp(Occasion.FIRST_USE, Map.of());
      return;
    }
    boolean due = forced || standing.expiresAt() - leadMillis() <= around.time().epochMillis();
    if (due) {
      refreshNow();
    } else {
      setUp(Occasion.FIRST_USE, Map.of());
    }
  }

  private boolean isGood() {
    return standing.expiresAt() - leadMillis() > around.time().epochMillis();
  }

  private void refreshNow() {
    Terms now = terms;
    ClientKeys client;
    try {
      client = ClientKeys.of(now.oauth(), standing.document().facts(), around.variables().get());
    } catch (ClientKeys.MissingClient e) {
      fail(String.valueOf(e.getMessage()), null);
      return;
    }
    AccountClient http = around.http().apply(now.provider().getProxyUrl());
    TokenEndpoint endpoint = new TokenEndpoint(now.oauth(), http);
    String where = standing.document().fact("token_uri");
    URI url = URI.create(where.isEmpty() ? now.oauth().tokenUrl() : where);
    for (int attempt = 1; ; attempt++) {
      String used = standing.document().refreshToken();
      switch (endpoint.refresh(client, url, used)) {
        case TokenEndpoint.Answer.Granted(var members) -> {
          granted(members);
          return;
        }
        case TokenEndpoint.Answer.Refused(var code, var text) -> {
          if (takeOver(standing.document())) {
            LOG.info(
                "provider {}: account {}: another program has refreshed it; its file was read again",
                provider(),
                name);
            if (isGood() || attempt >= TRIES) {
              return;
            }
          } else {
            needsLogin(code, text);
            return;
          }
        }
        case TokenEndpoint.Answer.NotNow(var code, var text, var after, var again) -> {
          if (!again || attempt >= TRIES) {
            fail("its refresh failed (%s: %s)".formatted(code, text), after);
            return;
          }
          try {
            http.pause(after == null ? Duration.ofSeconds(1L << (attempt - 1)) : after);
          } catch (IOException e) {
            fail("its refresh was interrupted", null);
            return;
          }
        }
      }
    }
  }

  private void granted(Map<String, Object> members) {
    long now = around.time().epochMillis();
    AccountDocument next =
        standing.document().withAnswer(members, now, terms.oauth().writesIsoExpiry());
    save(next); // first of all: what was granted may have ended what was there
    failures = 0;
    notBeforeMillis = 0;
    refreshedAtMillis = now;
    standing = standing(next, AccountStatus.READY, "");
    setUp(Occasion.REFRESH, members);
    LOG.debug("provider {}: account {}: refreshed", provider(), name);
  }

  private void setUp(Occasion occasion, Map<String, Object> answer) {
    AccountSetup setup = terms.setup();
    if (setup == null || (complete && occasion == Occasion.FIRST_USE)) {
      complete = true;
      return;
    }
    try {
      Map<String, String> found =
          setup.complete(
              state(standing.document(), occasion, answer),
              around.http().apply(terms.provider().getProxyUrl()));
      complete = true;
      if (!found.isEmpty()) {
        AccountDocument next = standing.document().withFacts(found);
        if (!next.equals(standing.document())) {
          save(next);
        }
        standing = standing(next, standing.status(), standing.why());
      }
    } catch (AccountUnusable refused) {
      complete = true;
      standing =
          standing(
              standing.document(), AccountStatus.INELIGIBLE, String.valueOf(refused.getMessage()));
      LOG.warn(
          "provider {}: account {}: it is not served: {}", provider(), name, refused.getMessage());
    } catch (IOException e) {
      complete = true; // asked again with the next refresh; until then with what is known
      LOG.warn(
          "provider {}: account {}: what the provider needs of it could not be found out ({})",
          provider(),
          name,
          e.getMessage());
    }
  }

  private AccountState state(
      AccountDocument document, Occasion occasion, Map<String, Object> answer) {
    Map<String, Object> known = new HashMap<>(answer);
    known.values().removeIf(value -> value == null);
    return new AccountState(
        occasion,
        terms.provider(),
        document.accessToken(),
        known,
        document.facts(),
        around.variables().get(),
        null);
  }

  /**
   * Takes what the file holds, if its refresh token is another one.
   *
   * @return whether it is
   */
  private synchronized boolean takeOver(AccountDocument ours) {
    Path mine = file;
    if (mine == null || unsaved || !Files.exists(mine)) {
      return false;
    }
    try {
      AccountDocument theirs = CredentialStore.read(mine);
      if (theirs.refreshToken().equals(ours.refreshToken())
          && theirs.accessToken().equals(ours.accessToken())) {
        return false;
      }
      AccountStatus before = standing.status();
      failures = 0;
      notBeforeMillis = 0;
      complete = false;
      standing = standing(theirs, AccountStatus.READY, "");
      if (before != AccountStatus.READY) {
        around.changed().accept(this);
      }
      return true;
    } catch (IOException e) {
      LOG.warn(
          "provider {}: account {}: its file cannot be used any more: {}",
          provider(),
          name,
          CredentialStore.reason(e));
      return false;
    }
  }

  private void save(AccountDocument document) {
    Path mine = file;
    CredentialStore in = store;
    if (mine == null || in == null) {
      return;
    }
    try {
      in.save(mine, document);
      if (unsaved) {
        LOG.info("provider {}: account {}: its token is saved now", provider(), name);
      }
      unsaved = false;
    } catch (IOException e) {
      if (!unsaved) {
        LOG.error(
            "provider {}: account {}: its new token cannot be saved ({}){}; calls go on and saving is tried again",
            provider(),
            name,
            CredentialStore.reason(e),
            terms.oauth().rotates()
                ? ", and the old one is worth nothing any more: do not stop the gateway before it is"
                : "");
      }
      unsaved = true;
    }
  }

  private synchronized void fail(String why, @Nullable Duration after) {
    failures++;
    long rest = Math.min(LONGEST_REST_SECONDS, 30L << Math.min(failures, 10));
    long asked = after == null ? 0 : after.toSeconds();
    notBeforeMillis = around.time().epochMillis() + 1000 * Math.max(rest, asked);
    standing = standing(standing.document(), AccountStatus.FAILING, why);
    LOG.warn(
        "provider {}: account {}: {}; it is tried again in {} s",
        provider(),
        name,
        why,
        Math.max(rest, asked));
  }

  private void needsLogin(String code, String text) {
    String why =
        "its login is refused (%s: %s); log in again: caravan cred login %s"
            .formatted(code, text, provider());
    standing = standing(standing.document(), AccountStatus.NEEDS_LOGIN, why);
    LOG.warn("provider {}: account {}: {}", provider(), name, why);
  }

  // ---- what is granted

  private Standing standing(AccountDocument document, AccountStatus status, String why) {
    for (String secret : new String[] {document.accessToken(), document.refreshToken()}) {
      around.learned().accept(secret);
    }
    for (String fact : new String[] {"id_token", "api_key", "client_secret"}) {
      around.learned().accept(document.fact(fact));
    }
    return new Standing(document, access(document), document.expiresAtMillis(), status, why);
  }

  private Access access(AccountDocument document) {
    OAuth oauth = terms.oauth();
    Map<String, String> facts = document.facts();
    String token =
        oauth.token().equals("access_token")
            ? document.accessToken()
            : document.fact(oauth.token());
    Map<String, String> shown = new HashMap<>(facts);
    shown.keySet().removeAll(new HashSet<>(NOT_FOR_CALLS));
    String base = oauth.baseUrlFact().isEmpty() ? "" : document.fact(oauth.baseUrlFact());
    Access usual =
        new Access(
            new Secret(token, fingerprint),
            oauth.headers(facts),
            base.isEmpty() ? null : base.contains("://") ? base : "https://" + base,
            shown);
    AccountSetup setup = terms.setup();
    return setup == null
        ? usual
        : setup.access(state(document, Occasion.FIRST_USE, Map.of()), usual);
  }

  @Override
  public String toString() {
    return "OAuthAccount[" + fingerprint + "]";
  }
}
