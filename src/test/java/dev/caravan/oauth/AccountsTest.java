package dev.caravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Eventually;
import dev.caravan.mock.MockLogin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountsTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path home;

  @Test
  void twoHundredThatAreDueAtOnceAreRefreshedOneAfterTheOther() throws Exception {
    try (MockLogin login = MockLogin.start(0)) {
      House house = new House(login, home.resolve("oauth_creds"));
      for (int i = 1; i <= 200; i++) {
        house.variables.put("CLUB_" + i + "_ACCESS_TOKEN", "a" + i);
        house.variables.put("CLUB_" + i + "_REFRESH_TOKEN", login.grant("u" + i + "@example.org"));
        house.variables.put("CLUB_" + i + "_EMAIL", "u" + i + "@example.org");
        house.variables.put("CLUB_" + i + "_EXPIRY_DATE", String.valueOf(Clock.NOW + 900_000));
      }
      Accounts accounts =
          new Accounts(
              house.store,
              house.around,
              text -> text,
              Duration.ofMinutes(10),
              true,
              new SplittableRandom(1));
      accounts.use("club", accounts.of(house.provider));

      int most = 0;
      int all = 0;
      for (int second = 0; second <= 600; second += 5) {
        int begun = accounts.tend();
        most = Math.max(most, begun);
        all += begun;
        int soFar = all;
        Eventually.holds("refreshed", () -> login.tokenRequests().size() == soFar);
        house.clock.advance(Duration.ofSeconds(5));
      }

      assertThat(all).isEqualTo(200);
      assertThat(most).isLessThanOrEqualTo(2);
      assertThat(accounts.all()).allMatch(a -> a.status() == AccountStatus.READY);
    }
  }

  @Test
  void anAccountThatStaysKeepsItsToken() throws Exception {
    try (MockLogin login = MockLogin.start(0)) {
      House house = new House(login, home.resolve("oauth_creds"));
      house.variables.putAll(
          Map.of("CLUB_ACCESS_TOKEN", "a", "CLUB_REFRESH_TOKEN", login.grant("ann@example.org")));
      Accounts accounts =
          new Accounts(
              house.store,
              house.around,
              text -> text,
              Duration.ofMinutes(10),
              true,
              new SplittableRandom(1));
      OAuthAccount account = accounts.of(house.provider).getFirst();
      account.access(House.deadline());

      List<OAuthAccount> again = accounts.of(house.provider);

      assertThat(again).containsExactly(account);
      again.getFirst().access(House.deadline());
      assertThat(login.tokenRequests()).hasSize(1);
    }
  }

  @Test
  @DisplayName("operations.md 23, 24: written at the exit at the latest")
  void aTokenThatTheDiskRefusedIsSavedAtTheEndAtTheLatest() throws Exception {
    try (MockLogin login = MockLogin.start(0)) {
      House house = new House(login, home.resolve("oauth_creds"));
      Path file =
          house.store.add("club", House.document("old", login.grant("ann@example.org"), -60));
      Accounts accounts =
          new Accounts(
              house.store,
              house.around,
              text -> text,
              Duration.ofMinutes(10),
              true,
              new SplittableRandom(1));
      accounts.use("club", accounts.of(house.provider));
      Path inTheWay = Files.createDirectories(file.resolveSibling(".club_oauth_1.json.new"));
      Path something = Files.writeString(inTheWay.resolve("x"), "");
      String token = accounts.all().getFirst().access(House.deadline()).token().reveal();
      assertThat(accounts.all().getFirst().isUnsaved()).isTrue();

      Files.delete(something);
      Files.delete(inTheWay);
      accounts.close();

      assertThat(house.store.read(file).accessToken()).isEqualTo(token);
    }
  }

  @Test
  @DisplayName("operations.md 23, 15: what was used of an account stays with its new login")
  void aNewLoginOfAnAccountGoesOnUnderItsOldName() throws Exception {
    try (MockLogin login = MockLogin.start(0)) {
      House house = new House(login, home.resolve("oauth_creds"));
      Path file = house.store.add("club", House.document("a", "r", 3600));
      Accounts accounts =
          new Accounts(
              house.store,
              house.around,
              text -> text,
              Duration.ofMinutes(10),
              true,
              new SplittableRandom(1));
      OAuthAccount before = accounts.of(house.provider).getFirst();
      String known = before.fingerprint();

      assertThat(house.store.add("club", House.document("b", "r2", 3600))).isEqualTo(file);
      OAuthAccount after = accounts.of(house.provider).getFirst();

      assertThat(after).isSameAs(before);
      assertThat(after.fingerprint()).isEqualTo(known);
      assertThat(after.access(House.deadline()).token().reveal()).isEqualTo("b");
    }
  }

  @Test
  void theEndWaitsForAnAnswerThatIsOnItsWay() throws Exception {
    try (MockLogin login = MockLogin.start(0)) {
      House house = new House(login, home.resolve("oauth_creds"));
      Path file =
          house.store.add("club", House.document("old", login.grant("ann@example.org"), -60));
      Accounts accounts =
          new Accounts(
              house.store,
              house.around,
              text -> text,
              Duration.ofMinutes(10),
              true,
              new SplittableRandom(1));
      accounts.use("club", accounts.of(house.provider));
      login.fail("slow", 1);

      accounts.all().getFirst().refresh();
      Eventually.holds("it has asked", () -> login.tokenRequests().size() == 1);
      accounts.close();

      assertThat(house.store.read(file).accessToken()).isNotEqualTo("old");
    }
  }
}
