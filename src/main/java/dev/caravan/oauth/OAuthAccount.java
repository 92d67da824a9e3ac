package dev.caravan.oauth;

import dev.caravan.call.Access;
import dev.caravan.call.Account;
import dev.caravan.call.AccountUnusable;
import dev.caravan.call.Deadline;
import dev.caravan.provider.Provider;
import dev.caravan.provider.account.AccountClient;
import dev.caravan.provider.account.AccountSetup;
import dev.caravan.provider.account.AccountState.Occasion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
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
  private static final long JUST_NOW_MILLIS = 5_000;
  private static final long LONGEST_REST_SECONDS = 300;

  /** How long another program that has just refreshed an account may take to save it. */
  private static final Duration WHILE_OTHERS_SAVE = Duration.ofMillis(500);

  private static final AtomicReferenceFieldUpdater<OAuthAccount, Standing> STANDING =
      AtomicReferenceFieldUpdater.newUpdater(OAuthAccount.class, Standing.class, "standing");

  private final String name;
  private final String fingerprint;
  private final String lockName;
  private final AccountFile file;
  private final Surroundings around;
  private final double share;
  private final SingleFlight refreshes = new SingleFlight("refresh");

  private volatile Terms terms;
  private volatile Standing standing;
  private volatile boolean complete;
  private int failures;
  private volatile long notBeforeMillis;
  private volatile long refreshedAtMillis;

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
      CredentialStore store,
      Provider provider,
      AccountDocument document,
      Surroundings around,
      double share) {
    this.name = name;
    this.fingerprint = fingerprint;
    this.around = around;
    this.share = share;
    this.terms = Terms.of(provider);
    this.file = new AccountFile("provider " + provider() + ": account " + name, file, store);
    this.lockName =
        AccountLock.name(provider(), document.identity().isEmpty() ? name : document.identity());
    this.standing = standing(document, AccountStatus.READY, "");
  }

  // ---- what others see

  /** Where it stands: the name of its file, or {@code env://provider/n}. */
  public String name() {
    return name;
  }

  /** What people call it: its label where somebody has given it one, else where it stands. */
  public String label() {
    String label = standing.document().label();
    return label.isEmpty() ? name : label;
  }

  /** Whether its owner has said that it is not to be used. */
  public boolean isDisabled() {
    return standing.document().isDisabled();
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
    return file.isUnsaved();
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
    return file.path();
  }

  /** The routes have changed, and with them what the provider says. */
  void adopt(Provider provider) {
    terms = Terms.of(provider);
    Standing was = standing;
    // a refresh may end just now, and what it got must not be replaced by what was before
    while (!STANDING.compareAndSet(this, was, standing(was.document(), was.status(), was.why()))) {
      was = standing;
    }
  }

  // ---- what calls want

  @Override
  public Access access(Deadline deadline) throws AccountUnusable {
    Standing now = standing;
    long millis = around.time().epochMillis();
    if (now.needsPerson()) {
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
    if (then.needsPerson()) {
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
    if (now.needsPerson()) {
      return Long.MAX_VALUE;
    }
    return Math.max(notBeforeMillis, now.expiresAt() - leadMillis());
  }

  /**
   * Looks after what needs no provider: saves what could not be saved, and reads the file when
   * somebody else has written it, as a login, another program or a person does.
   */
  void tend() {
    if (refreshes.isUnderWay()) {
      return; // which looks at the file itself, and would be waited for
    }
    saveAgain();
    if ((standing.needsPerson() || file.isTouched()) && takeOver()) {
      LOG.info("provider {}: account {}: its file holds a new login", provider(), name);
    }
  }

  /** Saves what could not be saved before. */
  void saveAgain() {
    if (file.isUnsaved()) {
      synchronized (this) {
        save(standing.document());
      }
    }
  }

  /** Done when its refresh is that is under way, if there is one. */
  CompletableFuture<Void> landing() {
    return refreshes.landing();
  }

  /** Refreshes it now, in the background. */
  CompletableFuture<Void> refresh() {
    return begin(true);
  }

  /** Reads its file again, in which a person or another program may have put another login. */
  void lookAgain() {
    if (!refreshes.isUnderWay()) {
      takeOver();
    }
  }

  /** Refreshes it in the background if it is due. */
  void refreshIfDue() {
    begin(false);
  }

  private long leadMillis() {
    return terms.leadMillis(standing.document(), share);
  }

  // ---- one refresh at a time

  private CompletableFuture<Void> begin(boolean forced) {
    AccountStatus before = standing.status();
    return refreshes.begin(
        () -> fly(forced),
        () -> {
          if (before != standing.status()) {
            around.changed().accept(this);
          }
        });
  }

  private void fly(boolean forced) {
    try (AccountLock.Held _ = around.lock().hold(lockName)) {
      freshen(forced);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.error("provider {}: account {}: its refresh broke down", provider(), name, e);
      fail("its refresh broke down: " + e.getClass().getSimpleName(), null);
    }
  }

  private synchronized void freshen(boolean forced) {
    if (takeOver() && isGood()) {
      setUp(Occasion.FIRST_USE, Map.of());
      return;
    }
    if (forced || !isGood()) {
      refreshNow();
    } else {
      setUp(Occasion.FIRST_USE, Map.of());
    }
  }

  private boolean isGood() {
    return standing.expiresAt() - leadMillis() > around.time().epochMillis();
  }

  private void refreshNow() {
    AccountClient http = around.http().apply(terms.provider().getProxyUrl());
    Refresh refresh;
    try {
      refresh = Refresh.of(terms.oauth(), standing.document(), http, around.variables().get());
    } catch (ClientKeys.MissingClient e) {
      fail(String.valueOf(e.getMessage()), null);
      return;
    }
    for (int attempt = 1; ; attempt++) {
      switch (refresh.ask(standing.document().refreshToken())) {
        case TokenEndpoint.Answer.Granted(var members) -> {
          granted(members);
          return;
        }
        case TokenEndpoint.Answer.Refused(var code, var text) -> {
          if (!othersHaveRefreshed(http)) {
            needsLogin(code, text);
            return;
          }
          if (isGood() || attempt >= Refresh.TRIES) {
            return;
          }
        }
        case TokenEndpoint.Answer.NotNow(var code, var text, var after, _) -> {
          fail("its refresh failed (%s: %s)".formatted(code, text), after);
          return;
        }
      }
    }
  }

  /** Whether the file has another login by now, or a moment later. */
  private boolean othersHaveRefreshed(AccountClient http) {
    boolean theyHave = takeOver();
    if (!theyHave && file.path() != null) {
      try {
        http.pause(WHILE_OTHERS_SAVE);
        theyHave = takeOver();
      } catch (IOException e) {
        return false;
      }
    }
    if (theyHave) {
      LOG.info(
          "provider {}: account {}: another program has refreshed it; its file was read again",
          provider(),
          name);
    }
    return theyHave;
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
              terms.state(standing.document(), occasion, answer, around.variables().get()),
              around.http().apply(terms.provider().getProxyUrl()));
      if (!found.isEmpty()) {
        AccountDocument next = standing.document().withFacts(found);
        if (!next.equals(standing.document())) {
          save(next);
        }
        standing = standing(next, standing.status(), standing.why());
      }
      complete = true; // not before calls can have what was found
    } catch (AccountUnusable refused) {
      standing =
          standing(
              standing.document(), AccountStatus.INELIGIBLE, String.valueOf(refused.getMessage()));
      complete = true;
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

  /**
   * Takes what the file holds, if that is something else.
   *
   * @return whether it is another login; other words of a person are taken without that
   */
  private synchronized boolean takeOver() {
    AccountDocument ours = standing.document();
    AccountDocument theirs = file.other(ours).orElse(null);
    if (theirs == null) {
      return false;
    }
    if (theirs.hasTokensOf(ours)) {
      standing = standing(theirs, standing.status(), standing.why());
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
  }

  private void save(AccountDocument document) {
    file.save(document, terms.oauth().rotates());
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

  /** How it stands with this document, whose secrets no log shows from now on. */
  private Standing standing(AccountDocument document, AccountStatus status, String why) {
    document.secrets().forEach(around.learned());
    return new Standing(
        document,
        terms.access(document, fingerprint, around.variables().get()),
        document.expiresAtMillis(),
        status,
        why);
  }

  @Override
  public String toString() {
    return "OAuthAccount[" + fingerprint + "]";
  }
}
