package dev.caravan.oauth;

import dev.caravan.call.TimeSource;
import dev.caravan.provider.Provider;
import dev.caravan.provider.account.AccountClient;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Logs in at a real Keycloak that demands PKCE and rotates refresh tokens: by code, by a pasted
 * address, by device; refreshes; and looks what becomes of tokens that were used up or taken back.
 * Started by {@code bench/keycloak}. Argument: the address of Keycloak. Exit codes: 0 all held, 1
 * something did not.
 */
public final class KeycloakTrial {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Pattern ACTION = Pattern.compile("<form[^>]*action=\"([^\"]+)\"");

  private final String realm;
  private final Path folder;
  private final CredentialStore store;
  private final AccountClient http = new AccountHttp("caravan/test", a -> null, Thread::sleep);
  private final Map<String, String> variables = Map.of("KEYCLOAK_OAUTH_CLIENT_ID", "caravan-trial");
  private final Provider provider = Provider.named("keycloak");
  private int failed;

  private KeycloakTrial(String address, Path folder) {
    this.realm = address + "/realms/caravan/protocol/openid-connect";
    this.folder = folder;
    this.store = new CredentialStore(folder);
    provider.setBaseUrl(address);
    Map<String, String> oauth = new HashMap<>();
    oauth.put("flow", "code, device");
    oauth.put("authorizationUrl", realm + "/auth");
    oauth.put("tokenUrl", realm + "/token");
    oauth.put("deviceUrl", realm + "/auth/device");
    oauth.put("userInfoUrl", realm + "/userinfo");
    oauth.put("scopes", "openid email");
    oauth.put("callbackPort", "0");
    oauth.put("rotates", "true");
    provider.setOauth(oauth);
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("caravan-keycloak");
    KeycloakTrial trial = new KeycloakTrial(arguments[0], folder);
    try {
      trial.run();
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
    System.exit(trial.failed == 0 ? 0 : 1);
  }

  private void run() throws Exception {
    Login.Done byCode = login(Browser::agree, null).byCode(LIMIT);
    holds("a login by code, with PKCE (S256), makes an account", byCode.isNew());
    holds("the id token says whose", "ann@example.org".equals(byCode.facts().get("email")));

    Login[] pasting = new Login[1];
    pasting[0] = login((browser, address) -> pasting[0].paste(browser.lastAddress(address)), null);
    Login.Done pasted = pasting[0].byCode(LIMIT, Login.Port.WISHED);
    holds("a pasted address completes a login, and keeps its file", !pasted.isNew());

    OAuthAccount account = account(store.read(pasted.file()), pasted.file());
    AccountDocument first = account.document();
    account.refresh().join();
    AccountDocument second = store.read(pasted.file());
    holds("a refresh is granted", account.status() == AccountStatus.READY);
    holds("its refresh token has rotated", !second.refreshToken().equals(first.refreshToken()));
    holds("the new access token is taken", isTaken(second));
    for (int i = 0; i < 20; i++) {
      account.refresh().join();
    }
    holds("20 more in a row are granted", account.status() == AccountStatus.READY);

    Path copy = Files.createTempFile(folder, "copy", ".json");
    Files.write(copy, first.bytes());
    OAuthAccount stale = account(first, copy);
    stale.refresh().join();
    holds(
        "a refresh token that was used up means a login: " + stale.why(),
        stale.status() == AccountStatus.NEEDS_LOGIN);

    CompletableFuture<String> code = new CompletableFuture<>();
    Login.Done byDevice = login(Browser::agreeToDevice, code).byDevice(LIMIT);
    holds("a login by device, with PKCE, keeps the file of the account", !byDevice.isNew());
    holds("a code was shown", !code.join().isEmpty());
    holds("its access token is taken", isTaken(store.read(byDevice.file())));

    account.tend();
    holds(
        "the steward takes the new login up",
        account.document().hasTokensOf(store.read(byDevice.file())));
    end(account.document());
    account.refresh().join();
    holds(
        "a session that was ended means a login: " + account.why(),
        account.status() == AccountStatus.NEEDS_LOGIN);
  }

  private void holds(String what, boolean really) {
    System.out.printf("%s  %s%n", really ? "ok  " : "FAIL", what);
    failed += really ? 0 : 1;
  }

  private interface Visit {
    void at(Browser browser, String address) throws IOException, InterruptedException;
  }

  private Login login(Visit visit, @Nullable CompletableFuture<String> shown) {
    return new Login(
        provider,
        store,
        http,
        TimeSource.system(),
        variables,
        new Login.Person() {
          @Override
          public void visit(String address, String code, int port) {
            if (shown != null) {
              shown.complete(code);
            }
            CompletableFuture.runAsync(
                () -> {
                  try {
                    visit.at(new Browser(), address);
                  } catch (IOException | InterruptedException e) {
                    e.printStackTrace();
                    throw new CompletionException(e);
                  }
                });
          }

          @Override
          public void hears(String sentence) {
            System.out.println("      " + sentence);
          }

          @Override
          public String label() {
            return "";
          }
        });
  }

  private OAuthAccount account(AccountDocument document, Path file) {
    Surroundings around =
        new Surroundings(
            TimeSource.system(),
            proxy -> http,
            () -> variables,
            secret -> {},
            account -> {},
            new FolderLock(folder));
    return new OAuthAccount(
        String.valueOf(file.getFileName()), "f1", file, store, provider, document, around, 0);
  }

  private boolean isTaken(AccountDocument document) throws IOException {
    return http.send(
            AccountClient.Request.get(realm + "/userinfo").withBearer(document.accessToken()))
        .isGood();
  }

  private void end(AccountDocument document) throws IOException {
    http.send(
        new AccountClient.Request(
            "POST",
            realm + "/logout",
            Map.of("Content-Type", "application/x-www-form-urlencoded"),
            "client_id=caravan-trial&refresh_token=" + document.refreshToken(),
            LIMIT));
  }

  /** Ann, who has cookies and fills in forms. */
  private static final class Browser {
    private final HttpClient client = HttpClient.newHttpClient();

    /** Keycloak marks them as secure, and the JDK's own jar then sends none without TLS. */
    private final Map<String, String> cookies = new HashMap<>();

    /** Logs in, and goes where Keycloak sends her. */
    void agree(String address) throws IOException, InterruptedException {
      send(get(lastAddress(address)));
    }

    /** Logs in; the address that she would be sent to. */
    String lastAddress(String address) throws IOException, InterruptedException {
      return location(submit(send(get(address)), credentials()));
    }

    void agreeToDevice(String address) throws IOException, InterruptedException {
      HttpResponse<String> page = follow(send(get(address)), address);
      page = follow(submit(page, credentials()), address);
      follow(submit(page, Map.of("accept", "Yes")), address);
    }

    private static Map<String, String> credentials() {
      return Map.of("username", "ann", "password", "trial-password", "credentialId", "");
    }

    private HttpResponse<String> follow(HttpResponse<String> answer, String base)
        throws IOException, InterruptedException {
      HttpResponse<String> page = answer;
      while (page.statusCode() / 100 == 3) {
        page = send(get(URI.create(base).resolve(location(page)).toString()));
      }
      return page;
    }

    private HttpResponse<String> submit(HttpResponse<String> page, Map<String, String> fields)
        throws IOException, InterruptedException {
      Matcher action = ACTION.matcher(page.body());
      if (!action.find()) {
        throw new IOException(
            "no form on the page of "
                + page.uri()
                + " ("
                + page.statusCode()
                + "): "
                + page.body());
      }
      StringBuilder form = new StringBuilder();
      fields.forEach(
          (name, value) -> form.append(name).append('=').append(encoded(value)).append('&'));
      Matcher hidden =
          Pattern.compile("<input[^>]*type=\"hidden\"[^>]*name=\"([^\"]+)\"[^>]*value=\"([^\"]*)\"")
              .matcher(page.body());
      while (hidden.find()) {
        if (!fields.containsKey(hidden.group(1))) {
          form.append(hidden.group(1)).append('=').append(encoded(hidden.group(2))).append('&');
        }
      }
      String to = action.group(1).replace("&amp;", "&");
      return send(
          HttpRequest.newBuilder(page.uri().resolve(to))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString(form.toString()))
              .build());
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static HttpRequest get(String address) {
      return HttpRequest.newBuilder(URI.create(address)).build();
    }

    private static String location(HttpResponse<String> answer) throws IOException {
      return answer
          .headers()
          .firstValue("location")
          .orElseThrow(
              () ->
                  new IOException(
                      "not sent anywhere (" + answer.statusCode() + "): " + answer.body()));
    }

    private HttpResponse<String> send(HttpRequest request)
        throws IOException, InterruptedException {
      HttpRequest.Builder known = HttpRequest.newBuilder(request, (name, value) -> true);
      if (!cookies.isEmpty()) {
        StringBuilder jar = new StringBuilder();
        cookies.forEach((name, value) -> jar.append(name).append('=').append(value).append("; "));
        known.setHeader("Cookie", jar.toString());
      }
      HttpResponse<String> answer =
          client.send(known.build(), HttpResponse.BodyHandlers.ofString());
      for (String cookie : answer.headers().allValues("set-cookie")) {
        String pair = cookie.substring(0, (cookie + ";").indexOf(';'));
        int equals = pair.indexOf('=');
        cookies.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
      return answer;
    }
  }
}
