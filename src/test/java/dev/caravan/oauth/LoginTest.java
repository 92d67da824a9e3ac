package dev.caravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.caravan.mock.MockLogin;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cases of providers.md 16 and operations.md 23 that are about logging in. */
class LoginTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path home;

  @SuppressWarnings("NullAway.Init") // before each test
  private MockLogin mock;

  @SuppressWarnings("NullAway.Init") // before each test
  private House house;

  private final CompletableFuture<String> visited = new CompletableFuture<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<Duration> waited = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws Exception {
    mock = MockLogin.start(0);
    house = new House(mock, home.resolve("oauth_creds"));
  }

  @AfterEach
  void stop() {
    mock.close();
  }

  private Login login() {
    return login(visited);
  }

  private Login login(CompletableFuture<String> shown) {
    return new Login(
        house.provider,
        house.store,
        house.around.http().apply(""),
        house.clock,
        house.variables,
        new Login.Person() {
          @Override
          public void visit(String address, String code, int port) {
            shown.complete(address);
          }

          @Override
          public void hears(String sentence) {
            heard.add(sentence);
          }

          @Override
          public String label() {
            return "label@example.org";
          }

          @Override
          public void waits(Duration left) {
            waited.add(left);
          }
        });
  }

  /** A browser that somebody agrees in; the change is what an attacker makes of the way back. */
  private CompletableFuture<HttpResponse<String>> browse(Function<String, String> change) {
    return visited.thenApplyAsync(
        address -> {
          String back = get(address).headers().firstValue("location").orElseThrow();
          return get(change.apply(back));
        });
  }

  private static HttpResponse<String> get(String address) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(address)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (java.io.IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aBrowserThatComesBackMakesAnAccount() throws Exception {
    CompletableFuture<HttpResponse<String>> page = browse(back -> back);

    Login.Done done = login().byCode(LIMIT);

    assertThat(done.file()).hasFileName("club_oauth_1.json");
    assertThat(done.facts()).containsEntry("email", "ann@example.org");
    assertThat(page.get().body()).contains("The login is done");
    assertThat(visited.get()).contains("code_challenge_method=S256", "scope=openid+email");
    Map<String, String> exchange = mock.tokenRequests().getFirst();
    assertThat(exchange.get("code_verifier")).hasSize(43);
    assertThat(visited.get()).doesNotContain(String.valueOf(exchange.get("code_verifier")));
  }

  @Test
  @DisplayName("operations.md 23, 15: the same account keeps its file")
  void theSameAccountAgainKeepsItsFile() throws Exception {
    house.store.add("club", House.document("old", "old", -60));
    browse(back -> back);

    Login.Done done = login().byCode(LIMIT);

    assertThat(done.isNew()).isFalse();
    assertThat(house.store.list().of("club")).hasSize(1);
    assertThat(house.store.read(done.file()).refreshToken()).isNotEqualTo("old");
  }

  @Test
  @DisplayName("providers.md 16, 14; operations.md 23, 16: a wrong state ends the login")
  void aWrongStateEndsTheLoginAndStoresNothing() {
    CompletableFuture<HttpResponse<String>> page =
        browse(back -> back.replaceAll("state=.*", "state=WRONG"));

    assertThatThrownBy(() -> login().byCode(LIMIT))
        .isInstanceOf(LoginFailed.class)
        .hasMessageContaining("state mismatch");

    assertThat(page.join().statusCode()).isEqualTo(400);
    assertThat(mock.tokenRequests()).isEmpty();
    assertThat(house.store.list().accounts()).isEmpty();
  }

  @Test
  void aRefusalIsToldInTheVendorsWords() {
    browse(
        back ->
            back.replaceAll("code=[^&]*", "error=access_denied&error_description=You%20said%20no"));

    assertThatThrownBy(() -> login().byCode(LIMIT))
        .hasMessageContaining("access_denied: You said no");
  }

  @Test
  @DisplayName(
      "providers.md 16, 15; operations.md 23, 17: the last address is pasted, an empty line waits on")
  void whatIsPastedCompletesALoginWithoutABrowserHere() throws Exception {
    Login login = login();
    CompletableFuture<Void> person =
        visited.thenAcceptAsync(
            address -> {
              assertThat(login.paste("  ")).isFalse();
              login.paste(get(address).headers().firstValue("location").orElseThrow());
            });

    Login.Done done = login.byCode(LIMIT);

    person.join();
    assertThat(done.facts()).containsEntry("email", "ann@example.org");
  }

  @Test
  @DisplayName("providers.md 16, 15: an address or the code alone")
  void aPastedCodeAloneIsTakenAndAPastedAddressOfAnotherLoginIsNot() {
    assertThat(Callback.pasted("abc", "S")).isEqualTo(new Callback.Return.Code("abc"));
    assertThat(Callback.pasted("http://localhost:1455/auth/callback?code=abc&state=S", "S"))
        .isEqualTo(new Callback.Return.Code("abc"));
    assertThat(Callback.pasted("code=abc&state=S", "S")).isEqualTo(new Callback.Return.Code("abc"));
    assertThat(Callback.pasted("abc#S", "S")).isEqualTo(new Callback.Return.Code("abc"));
    assertThat(Callback.pasted("", "S")).isNull();
    assertThat(Callback.pasted("http://localhost:1455/auth/callback?code=abc&state=T", "S"))
        .isEqualTo(new Callback.Return.Refused(Callback.WRONG_STATE));
  }

  @Test
  void aPortThatIsTakenIsNamedWithItsVariable() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.ofLiteral("127.0.0.1"))) {
      house.provider.getOauth().put("callbackPort", String.valueOf(taken.getLocalPort()));

      assertThatThrownBy(() -> login().byCode(LIMIT))
          .hasMessageContaining(String.valueOf(taken.getLocalPort()))
          .hasMessageContaining("CLUB_OAUTH_PORT");
    }
  }

  @Test
  void aLoginThatNobodyFinishesEnds() {
    assertThatThrownBy(() -> login().byCode(Duration.ofMillis(20)))
        .hasMessageContaining("nobody has finished the login");
  }

  @Test
  @DisplayName("providers.md 16, 17: a login that nobody finishes ends, and the next one begins")
  void aLoginThatNobodyFinishesEndsAndTheNextOneBegins() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      house.provider.getOauth().put("callbackPort", String.valueOf(free.getLocalPort()));
    }
    CompletableFuture<String> shown = new CompletableFuture<>();
    CompletableFuture<Throwable> end =
        CompletableFuture.supplyAsync(
            () -> catchThrowable(() -> login(shown).byCode(Duration.ofMillis(300))));
    shown.get();
    browse(back -> back);

    Login.Done done = login().byCode(LIMIT);

    assertThat(end.get()).hasMessageContaining("nobody has finished the login at club");
    assertThat(heard).anyMatch(line -> line.startsWith("another login is under way"));
    assertThat(done.facts()).containsEntry("email", "ann@example.org");
    assertThat(Login.LIMIT).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void aMissingClientIsNamed() {
    house.variables.clear();

    assertThatThrownBy(() -> login().byCode(LIMIT)).hasMessageContaining("CLUB_OAUTH_CLIENT_ID");
  }

  @Test
  void aDeviceWaitsForItsPersonAndSlowsDownWhenItIsTold() throws Exception {
    mock.pendingPolls(2);
    mock.fail("slow_down", 1);

    Login.Done done = login().byDevice(LIMIT);

    assertThat(done.facts()).containsEntry("email", "ann@example.org");
    assertThat(visited.get()).contains("user_code=");
    assertThat(house.clock.pauses())
        .containsExactly(
            Duration.ofSeconds(1),
            Duration.ofMillis(1500),
            Duration.ofMillis(1500),
            Duration.ofMillis(1500));
  }

  @Test
  void aTokenEndpointThatAnswersAPageMakesNoAccount() {
    mock.fail("html", 1);
    browse(back -> back);

    assertThatThrownBy(() -> login().byCode(LIMIT)).hasMessageContaining("not JSON");
    assertThat(house.store.list().accounts()).isEmpty();
  }

  @Test
  void whereThereIsNoBrowserIsKnown() {
    assertThat(Headless.is(Map.of("DISPLAY", ":0"), "Linux", f -> false)).isFalse();
    assertThat(Headless.is(Map.of("WAYLAND_DISPLAY", "w"), "Linux", f -> false)).isFalse();
    assertThat(Headless.is(Map.of("DISPLAY", " "), "Linux", f -> false)).isTrue();
    assertThat(Headless.is(Map.of(), "Mac OS X", f -> false)).isFalse();
    assertThat(Headless.is(Map.of("SSH_TTY", "/dev/pts/0"), "Mac OS X", f -> false)).isTrue();
    assertThat(Headless.is(Map.of("CI", "1", "DISPLAY", ":0"), "Linux", f -> false)).isTrue();
    assertThat(Headless.is(Map.of("SESSIONNAME", "RDP-Tcp#1"), "Windows 11", f -> false)).isTrue();
    assertThat(Headless.is(Map.of("DISPLAY", ":0"), "Linux", "/.dockerenv"::equals)).isTrue();
  }

  @Test
  void aSecondAnswerOfTheBrowserChangesNothing() throws Exception {
    CompletableFuture<String> codes = new CompletableFuture<>();
    CompletableFuture<HttpResponse<String>> pages =
        visited.thenApplyAsync(
            address -> {
              String back = get(address).headers().firstValue("location").orElseThrow();
              mock.fail("slow", 1); // so that the login is still there for the second
              get(back);
              codes.complete(back);
              return get(back);
            });

    Login.Done done = login().byCode(LIMIT);

    assertThat(pages.get().statusCode()).isEqualTo(409);
    assertThat(codes.get()).contains("code=");
    assertThat(mock.tokenRequests()).hasSize(1);
    assertThat(done.facts()).containsEntry("email", "ann@example.org");
  }

  @Test
  void anAnswerToAnotherHostOrAddressIsRefusedAndTheLoginWaitsOn() throws Exception {
    CompletableFuture<List<String>> refused =
        visited.thenApplyAsync(
            address -> {
              String back = get(address).headers().firstValue("location").orElseThrow();
              URI to = URI.create(back);
              String path = to.getRawPath() + "?" + to.getRawQuery();
              List<String> answers =
                  List.of(
                      raw(to.getPort(), path, "evil.example"),
                      raw(to.getPort(), path, "localhost.evil.example:" + to.getPort()),
                      raw(to.getPort(), "/elsewhere?" + to.getRawQuery(), "localhost"));
              get(back);
              return answers;
            });

    Login.Done done = login().byCode(LIMIT);

    assertThat(refused.get())
        .extracting(line -> line.substring(9, 12))
        .containsExactly("403", "403", "404");
    assertThat(done.facts()).containsEntry("email", "ann@example.org");
  }

  /** Only a socket lets a client say that it means another host. */
  private static String raw(int port, String path, String host) {
    try (java.net.Socket socket = new java.net.Socket("127.0.0.1", port)) {
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(path, host)
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      return new String(
          socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void theLoginListensOnTheLoopbackAlone() throws Exception {
    CompletableFuture<Boolean> reached =
        visited.thenApplyAsync(
            address -> {
              String back = get(address).headers().firstValue("location").orElseThrow();
              boolean anywhere = false;
              try {
                for (java.net.NetworkInterface card :
                    java.util.Collections.list(java.net.NetworkInterface.getNetworkInterfaces())) {
                  for (java.net.InetAddress own :
                      java.util.Collections.list(card.getInetAddresses())) {
                    anywhere |= !own.isLoopbackAddress() && opens(own, URI.create(back).getPort());
                  }
                }
              } catch (java.net.SocketException e) {
                throw new java.io.UncheckedIOException(e);
              }
              get(back);
              return anywhere;
            });

    login().byCode(LIMIT);

    assertThat(reached.get()).isFalse();
  }

  private static boolean opens(java.net.InetAddress address, int port) {
    try (java.net.Socket socket = new java.net.Socket()) {
      socket.connect(new java.net.InetSocketAddress(address, port), 200);
      return true;
    } catch (java.io.IOException closed) {
      return false;
    }
  }

  @Test
  void withATakenPortTheLastAddressCanStillBePasted() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.ofLiteral("127.0.0.1"))) {
      house.provider.getOauth().put("callbackPort", String.valueOf(taken.getLocalPort()));
      Login login = login();
      CompletableFuture<Void> person =
          visited.thenAcceptAsync(
              address -> login.paste(get(address).headers().firstValue("location").orElseThrow()));

      Login.Done done = login.byCode(LIMIT, Login.Port.WISHED);

      person.join();
      assertThat(done.facts()).containsEntry("email", "ann@example.org");
      assertThat(heard).anyMatch(line -> line.contains("so it has to be pasted"));
    }
  }

  @Test
  void aDeviceThatNobodyTypesInEndsWithItsCodeAndTellsWhatIsLeft() {
    mock.pendingPolls(1_000_000);

    assertThatThrownBy(() -> login().byDevice(Duration.ofSeconds(3)))
        .hasMessageContaining("nobody has typed the code in");

    assertThat(waited)
        .containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofSeconds(1));
    assertThat(house.store.list().accounts()).isEmpty();
  }

  @Test
  void aLoginWhoseDiskIsFullSaysThatNothingIsKept() throws Exception {
    java.nio.file.Files.writeString(home.resolve("oauth_creds"), "not a folder");
    browse(back -> back);

    assertThatThrownBy(() -> login().byCode(LIMIT))
        .hasMessageContaining("the account cannot be kept in");
  }
}
