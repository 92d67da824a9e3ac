package dev.caravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.Eventually;
import dev.caravan.call.Access;
import dev.caravan.call.AccountUnusable;
import dev.caravan.mock.MockLogin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cases of providers.md 16 that are about refreshing. */
class OAuthAccountTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path home;

  @SuppressWarnings("NullAway.Init") // before each test
  private MockLogin login;

  @SuppressWarnings("NullAway.Init") // before each test
  private House house;

  @BeforeEach
  void start() throws Exception {
    login = MockLogin.start(0);
    house = new House(login, home.resolve("oauth_creds"));
  }

  @AfterEach
  void stop() {
    login.close();
  }

  private OAuthAccount account(long endsInSeconds) throws Exception {
    return house.account(
        House.document(
            login.issue("ann@example.org"), login.grant("ann@example.org"), endsInSeconds));
  }

  private static Path fileOf(OAuthAccount account) {
    return java.util.Objects.requireNonNull(account.file());
  }

  private int refreshes() {
    return login.tokenRequests().size();
  }

  @Test
  @DisplayName("providers.md 16, 12: calls at one moment make one refresh")
  void aThousandCallsThatMeetOneExpiredTokenMakeOneRefresh() throws Exception {
    login.fail("slow", 1);
    OAuthAccount account = account(-60);
    Set<String> tokens = new ConcurrentSkipListSet<>();

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        calls.add(
            threads.submit(
                () -> {
                  tokens.add(account.access(House.deadline()).token().reveal());
                  return null;
                }));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    }

    assertThat(refreshes()).isEqualTo(1);
    assertThat(tokens).hasSize(1);
  }

  @Test
  @DisplayName("providers.md 16, 7: 1799 s before its end a token is refreshed, 1801 s it is not")
  void aTokenIsRefreshedBeforeItsLeadIsOverAndNotSooner() throws Exception {
    account(1801).access(House.deadline());
    assertThat(refreshes()).isZero();

    OAuthAccount due = account(1799);
    Access old = due.access(House.deadline());

    assertThat(old.token().reveal()).startsWith("access-");
    Eventually.holds("a new token", () -> due.expiresAtMillis() > Clock.NOW + 1_799_000);
    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  @DisplayName("providers.md 16, 20: the lead is at most half of a token's life")
  void theLeadIsNeverMoreThanHalfOfTheTokensLife() throws Exception {
    house.provider.getOauth().put("refreshLead", "24h");
    OAuthAccount account = account(-1);
    account.access(House.deadline());
    house.clock.advance(Duration.ofMinutes(10)); // 3000 s are left of 3600

    account.access(House.deadline());

    assertThat(refreshes()).isEqualTo(1);
    assertThat(account.dueAtMillis()).isEqualTo(Clock.NOW + 1_800_000);
  }

  @Test
  @DisplayName("providers.md 16, 8: three tries, and the cached token meanwhile")
  void anEndpointThatIsDownIsAskedThreeTimesAndThenLeftAlone() throws Exception {
    login.fail("503", 3);
    OAuthAccount account = account(60);
    Access cached = account.access(House.deadline());

    Eventually.holds("three tries", () -> account.status() == AccountStatus.FAILING);

    assertThat(house.clock.pauses()).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
    assertThat(account.access(House.deadline()).token()).isEqualTo(cached.token());
    assertThat(account.dueAtMillis()).isEqualTo(Clock.NOW + 3_000 + 60_000);
    assertThat(refreshes()).isEqualTo(3);
  }

  @Test
  void anExpiredTokenThatCannotBeRefreshedSaysWhenToComeBack() throws Exception {
    login.fail("html", 3);
    OAuthAccount account = account(-60);

    assertThatThrownBy(() -> account.access(House.deadline()))
        .isInstanceOfSatisfying(
            AccountUnusable.class,
            e -> {
              assertThat(e.needsLogin()).isFalse();
              assertThat(e.retryAfter()).isEqualTo(Duration.ofMinutes(1));
              assertThat(e).hasMessageContaining("not JSON");
            });
  }

  @Test
  @DisplayName("providers.md 16, 10: the second try is when it was asked for")
  void aDelayThatTheEndpointAsksForIsKept() throws Exception {
    login.fail("429:7", 1);

    account(-60).access(House.deadline());

    assertThat(house.clock.pauses()).containsExactly(Duration.ofSeconds(7));
    assertThat(refreshes()).isEqualTo(2);
  }

  @Test
  @DisplayName("providers.md 16, 9: a refused refresh token is not tried again")
  void aRefusedRefreshTokenMeansALoginAndNoSecondTry() throws Exception {
    login.fail("invalid_grant", 1);
    OAuthAccount account = account(-60);

    assertThatThrownBy(() -> account.access(House.deadline()))
        .isInstanceOfSatisfying(AccountUnusable.class, e -> assertThat(e.needsLogin()).isTrue())
        .hasMessageContaining("caravan cred login club");
    assertThatThrownBy(() -> account.access(House.deadline())).isInstanceOf(AccountUnusable.class);

    assertThat(refreshes()).isEqualTo(1);
    Eventually.holds("told", () -> house.changes.contains(account.name() + " needs login"));
  }

  @Test
  @DisplayName("providers.md 16, 13: a reused refresh token needs a login")
  void aReusedRefreshTokenOfCodexIsTriedOnce() throws Exception {
    login.fail("reused", 1);
    OAuthAccount account = account(-60);

    assertThatThrownBy(() -> account.access(House.deadline()))
        .hasMessageContaining("refresh_token_reused");

    assertThat(refreshes()).isEqualTo(1);
    assertThat(account.status()).isEqualTo(AccountStatus.NEEDS_LOGIN);
  }

  @Test
  void whatAnotherProgramHasPutIntoTheFileIsTakenInsteadOfALogin() throws Exception {
    OAuthAccount account = account(-60);
    String theirs = login.issue("ann@example.org");
    login.fail("invalid_grant", 1);
    house.store.save(fileOf(account), House.document(theirs, login.grant("ann@example.org"), 3600));

    Access access = account.access(House.deadline());

    assertThat(access.token().reveal()).isEqualTo(theirs);
    assertThat(account.status()).isEqualTo(AccountStatus.READY);
    assertThat(refreshes()).isZero();
  }

  @Test
  void aNewLoginInTheFileBringsAnAccountBack() throws Exception {
    login.fail("invalid_grant", 1);
    OAuthAccount account = account(-60);
    assertThatThrownBy(() -> account.access(House.deadline())).isInstanceOf(AccountUnusable.class);

    String fresh = login.issue("ann@example.org");
    house.store.save(fileOf(account), House.document(fresh, login.grant("ann@example.org"), 3600));
    account.tend();

    assertThat(account.access(House.deadline()).token().reveal()).isEqualTo(fresh);
    Eventually.holds("told", () -> house.changes.contains(account.name() + " ready"));
  }

  @Test
  void aRotatedTokenIsSavedBesideWhatNobodyHereKnows() throws Exception {
    AccountDocument document =
        AccountDocument.read(
            """
            {"access_token":"old","refresh_token":"%s","expiry_date":1,"mine":{"kept":[1,2]},
             "_proxy_metadata":{"email":"ann@example.org","note":"kept too"}}"""
                .formatted(login.grant("ann@example.org"))
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    OAuthAccount account = house.account(document);

    String token = account.access(House.deadline()).token().reveal();

    String text = Files.readString(fileOf(account));
    assertThat(text).contains(token, "\"kept\"", "kept too").doesNotContain("\"old\"");
    assertThat(house.store.read(fileOf(account)).refreshToken())
        .isNotEqualTo(document.refreshToken());
  }

  @Test
  @DisplayName("operations.md 23, 24: calls go on though the disk is full")
  void whereTheDiskRefusesCallsGoOnAndTheTokenIsSavedLater() throws Exception {
    Path full = home.resolve("full");
    Files.writeString(full, "not a folder");
    House broken = new House(login, full);
    OAuthAccount account =
        broken.account(
            House.document("old", login.grant("ann@example.org"), -60),
            full.resolve("club_oauth_1.json"));

    String token = account.access(House.deadline()).token().reveal();
    assertThat(account.isUnsaved()).isTrue();

    Files.delete(full);
    account.tend();

    assertThat(account.isUnsaved()).isFalse();
    assertThat(house.store.read(full.resolve("club_oauth_1.json")).accessToken()).isEqualTo(token);
  }

  @Test
  void aRefusedTokenIsRenewedOnceAndNotInCircles() throws Exception {
    OAuthAccount account = account(3600);
    Access refused = account.access(House.deadline());

    Access other = account.renewed(refused, House.deadline()).orElseThrow();

    assertThat(other.token().reveal()).isNotEqualTo(refused.token().reveal());
    assertThat(account.renewed(refused, House.deadline())).hasValue(other);
    assertThat(account.renewed(other, House.deadline())).isEmpty();
    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  void aMissingClientIdIsNamed() throws Exception {
    house.variables.clear();

    assertThatThrownBy(() -> account(-60).access(House.deadline()))
        .hasMessageContaining("CLUB_OAUTH_CLIENT_ID is not set");
    assertThat(refreshes()).isZero();
  }

  @Test
  void aBlockedNetworkIsNotTheAccountsFault() throws Exception {
    login.fail("blocked", 1);
    OAuthAccount account = account(-60);

    assertThatThrownBy(() -> account.access(House.deadline()))
        .isInstanceOfSatisfying(AccountUnusable.class, e -> assertThat(e.needsLogin()).isFalse());
    assertThat(account.status()).isEqualTo(AccountStatus.FAILING);
  }

  @Test
  void ofTwoProgramsWithOneAccountTheSlowerTakesWhatTheQuickerWasGranted() throws Exception {
    OAuthAccount slow = account(-60);
    House elsewhere = new House(login, new CredentialStore(home.resolve("oauth_creds")));
    OAuthAccount quick = elsewhere.account(slow.document(), fileOf(slow));
    login.fail("slow", 1);

    CompletableFuture<Void> late = slow.refresh();
    Eventually.holds("it has asked", () -> refreshes() == 1);
    String token = quick.access(House.deadline()).token().reveal();
    late.join();

    assertThat(refreshes()).isEqualTo(2);
    assertThat(slow.status()).isEqualTo(AccountStatus.READY);
    assertThat(slow.access(House.deadline()).token().reveal()).isEqualTo(token);
    assertThat(house.store.read(fileOf(slow)).accessToken()).isEqualTo(token);
  }

  @Test
  void aProgramThatSavesAMomentAfterTheRefusalIsWaitedFor() throws Exception {
    OAuthAccount account = account(-60);
    String theirs = login.issue("ann@example.org");
    login.fail("invalid_grant", 1);
    house.clock.whenPaused(
        () -> {
          try {
            house.store.save(
                fileOf(account), House.document(theirs, login.grant("ann@example.org"), 3600));
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });

    assertThat(account.access(House.deadline()).token().reveal()).isEqualTo(theirs);

    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  void programsThatShareAFolderRefreshOneAfterTheOther() throws Exception {
    FolderLock ours = new FolderLock(home);
    FolderLock theirs = new FolderLock(home);
    AccountLock.Held held = ours.hold("an account");
    CompletableFuture<AccountLock.Held> wanted = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            wanted.complete(theirs.hold("an account"));
          } catch (InterruptedException e) {
            wanted.completeExceptionally(e);
          }
        });

    try (AccountLock.Held other = theirs.hold("another account")) {
      assertThat(other).isNotNull();
      assertThat(wanted).isNotDone();
    }
    held.close();

    wanted.get(20, java.util.concurrent.TimeUnit.SECONDS).close();
  }

  @Test
  void whatAPersonWritesIntoTheFileIsNotLostWithTheNextToken() throws Exception {
    OAuthAccount account = account(3600);
    String text = Files.readString(fileOf(account));
    Files.writeString(
        fileOf(account), text.replaceFirst("\\{", "{\"mine\":\"kept, and longer than before\","));

    account.refresh().join();

    assertThat(Files.readString(fileOf(account))).contains("kept, and longer than before");
    assertThat(refreshes()).isEqualTo(1);
  }

  @Test
  void aNewNameInTheFileIsSeenWhileTheAccountIsInUse() throws Exception {
    OAuthAccount account = account(3600);
    assertThat(account.label()).isEqualTo("club_oauth_1.json");
    CredentialStore.Stored stored = house.store.list().of("club").getFirst();

    house.store.note(stored, java.util.Map.of("label", "work"));
    account.tend();

    assertThat(account.label()).isEqualTo("work");
    assertThat(refreshes()).isZero();
  }

  @Test
  void aTokenThatIsTakenBackWhileItIsRefreshedMeansALogin() throws Exception {
    login.fail("slow", 1);
    OAuthAccount account = account(-60);

    CompletableFuture<Void> refresh = account.refresh();
    Eventually.holds("it has asked", () -> refreshes() == 1);
    login.revoke(account.document().refreshToken());
    refresh.join();

    assertThat(account.status()).isEqualTo(AccountStatus.NEEDS_LOGIN);
    assertThat(account.why()).contains("caravan cred login club");
    assertThat(house.store.list().of("club")).hasSize(1);
  }

  @Test
  void anAnswerThatIsCutOffIsAskedForAgain() throws Exception {
    login.fail("cut", 1);

    account(-60).access(House.deadline());

    assertThat(refreshes()).isEqualTo(2);
  }

  @Test
  @DisplayName("providers.md 16, 11; operations.md 23, 24: a rotated token waits for the disk")
  void aFileThatMayOnlyBeReadKeepsItsAccountInMemoryUntilItMayBeWritten() throws Exception {
    OAuthAccount account = account(-60);
    Path file = fileOf(account);
    Path inTheWay = Files.createDirectories(file.resolveSibling("." + file.getFileName() + ".new"));
    Path something = Files.writeString(inTheWay.resolve("x"), "");

    String token = account.access(House.deadline()).token().reveal();
    assertThat(account.isUnsaved()).isTrue();
    assertThat(house.store.read(file).accessToken()).isNotEqualTo(token);

    Files.delete(something);
    Files.delete(inTheWay);
    account.tend();

    assertThat(account.isUnsaved()).isFalse();
    assertThat(house.store.read(file).accessToken()).isEqualTo(token);
  }

  @Test
  void theRefreshTokenIsSentAndKeptInNoFileName() throws Exception {
    OAuthAccount account = account(-60);
    account.access(House.deadline());

    try (java.util.stream.Stream<Path> files = Files.list(fileOf(account).resolveSibling(""))) {
      assertThat(files.map(f -> String.valueOf(f.getFileName())))
          .contains("club_oauth_1.json")
          .allMatch(name -> name.equals("club_oauth_1.json") || name.endsWith(".lock"));
    }
  }
}
