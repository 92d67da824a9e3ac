package dev.caravan.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationRequest;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import dev.caravan.call.TimeSource;
import dev.caravan.provider.Provider;
import dev.caravan.provider.account.AccountClient;
import dev.caravan.provider.account.AccountSetup;
import dev.caravan.provider.account.AccountState;
import dev.caravan.provider.account.AccountState.Occasion;
import dev.caravan.provider.account.OAuth;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Logs somebody in at a provider and keeps the account: the authorization code grant with PKCE (RFC
 * 7636, RFC 8252), or the device grant (RFC 8628). Verifier and state never leave this object. One
 * login, one object.
 */
public final class Login {
  /** How long a login may take (providers.md 2.5). */
  public static final Duration LIMIT = Duration.ofMinutes(5);

  /** How long a code for a device is good, if the vendor does not say (providers.md 9.5). */
  public static final Duration DEVICE_LIMIT = Duration.ofMinutes(15);

  private static final int SHORTEST_COOKIE = 20;
  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(10);

  /** What a person has to see and may say. */
  public interface Person {

    /**
     * Opens this address, or shows it.
     *
     * @param code to be typed in there, empty for none
     * @param port on this machine that the browser comes back to, 0 for none
     */
    void visit(String address, String code, int port);

    /** What has happened, in a sentence. */
    void hears(String sentence);

    /**
     * Nobody has agreed yet.
     *
     * @param left until it is too late
     */
    default void waits(Duration left) {}

    /** What a person says when nothing but they can tell who the account is; empty for nothing. */
    String label();
  }

  /**
   * An account that is kept.
   *
   * @param file where
   * @param isNew whether there was none of it before
   */
  public record Done(Path file, boolean isNew, Map<String, String> facts) {}

  private final Provider provider;
  private final OAuth oauth;
  private final CredentialStore store;
  private final AccountClient http;
  private final TimeSource time;
  private final Map<String, String> variables;
  private final Person person;
  private final FolderLock lock;
  private final SecureRandom random = new SecureRandom();
  private final String state = text(32);
  private final String verifier;
  private final BlockingQueue<Callback.Return> returns = Callback.returns();

  /**
   * Begins nothing yet.
   *
   * @param variables the environment and .env
   */
  public Login(
      Provider provider,
      CredentialStore store,
      AccountClient http,
      TimeSource time,
      Map<String, String> variables,
      Person person) {
    this.provider = provider;
    this.oauth =
        provider
            .oauth()
            .orElseThrow(
                () -> new IllegalArgumentException(provider.getName() + " has no oauth block"));
    this.store = store;
    this.http = http;
    this.time = time;
    this.variables = variables;
    this.person = person;
    this.lock = new FolderLock(store.folder());
    this.verifier = text(oauth.verifierBytes());
  }

  private String text(int bytes) {
    byte[] chance = new byte[bytes];
    random.nextBytes(chance);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(chance);
  }

  /**
   * Gives what a person has pasted, while {@link #byCode} waits on another thread.
   *
   * @return whether it was more than an empty line
   */
  public boolean paste(String line) {
    Callback.Return back = Callback.pasted(line, state);
    return back != null && returns.add(back);
  }

  /** Whether a login can do without the port that the browser comes back to. */
  public enum Port {
    NEEDED,
    /** The last address will be pasted. */
    WISHED
  }

  /** By a browser that comes back to this machine. */
  public Done byCode(Duration limit) throws LoginFailed, InterruptedException {
    return byCode(limit, Port.NEEDED);
  }

  /** By a browser that comes back to this machine, or whose last address is pasted. */
  public Done byCode(Duration limit, Port wish) throws LoginFailed, InterruptedException {
    ClientKeys client = client();
    try (AccountLock.Held _ = turn()) {
      return byCode(client, limit, wish);
    }
  }

  /** One person can follow one login; the next begins when the one before is over. */
  private AccountLock.Held turn() throws InterruptedException {
    try {
      store.makeFolder();
    } catch (IOException e) {
      // nothing can be kept there, which is said at the end
    }
    return lock.hold(
        "a login",
        LIMIT.plusSeconds(10),
        () -> person.hears("another login is under way; this one begins when it is over"));
  }

  private Done byCode(ClientKeys client, Duration limit, Port wish)
      throws LoginFailed, InterruptedException {
    int port = port(variables.get(oauth.callbackPortVariable()), oauth.callbackPort());
    try (Callback callback = listen(port, wish)) {
      int open = callback == null ? port : callback.port();
      URI redirect = URI.create("http://localhost:" + open + oauth.callbackPath());
      person.visit(authorization(client, redirect), "", callback == null ? 0 : open);
      Callback.Return back = returns.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
      return switch (back) {
        case null ->
            throw new LoginFailed(
                "nobody has finished the login at %s within %d s"
                    .formatted(provider.getName(), limit.toSeconds()));
        case Callback.Return.Refused(var why) -> throw new LoginFailed("login refused: " + why);
        case Callback.Return.Code(var code) ->
            keep(
                granted(
                    new TokenEndpoint(oauth, http)
                        .exchange(client, URI.create(oauth.tokenUrl()), code, redirect, verifier)));
      };
    }
  }

  private @Nullable Callback listen(int port, Port wish) throws LoginFailed {
    try {
      return Callback.listen(oauth, port, state, returns);
    } catch (LoginFailed taken) {
      if (wish == Port.NEEDED) {
        throw taken;
      }
      person.hears("%s; so it has to be pasted".formatted(taken.getMessage()));
      return null;
    }
  }

  private int port(@Nullable String set, int usual) throws LoginFailed {
    if (set == null || set.isBlank()) {
      return usual;
    }
    try {
      int port = Integer.parseInt(set.strip());
      if (port != usual) {
        person.hears(
            "%s has another port than the vendor knows; the browser may have to come through a tunnel"
                .formatted(oauth.callbackPortVariable()));
      }
      return port;
    } catch (NumberFormatException e) {
      throw new LoginFailed(oauth.callbackPortVariable() + " is no port");
    }
  }

  private String authorization(ClientKeys client, URI redirect) {
    CodeVerifier secret = new CodeVerifier(verifier);
    AuthorizationRequest.Builder request =
        new AuthorizationRequest.Builder(
                new ResponseType(ResponseType.Value.CODE), new ClientID(client.id()))
            .endpointURI(URI.create(oauth.authorizationUrl()))
            .state(new State(state))
            .codeChallenge(secret, CodeChallengeMethod.S256);
    if (!oauth.scopes().isEmpty()) {
      request.scope(Scope.parse(oauth.scopes()));
    }
    if (oauth.callbackParameter().equals("redirect_uri")) {
      request.redirectionURI(redirect);
    } else {
      request.customParameter(oauth.callbackParameter(), redirect.toString());
    }
    oauth.parameters().forEach(request::customParameter);
    return request.build().toURI().toString();
  }

  /** By typing a code into a browser that may be anywhere. */
  public Done byDevice(Duration limit) throws LoginFailed {
    ClientKeys client = client();
    if (oauth.devicesAreGrantedCodes()) {
      return byDeviceAndCode(client, limit);
    }
    DeviceAuthorizationSuccessResponse device = device(client);
    String complete =
        device.getVerificationURIComplete() == null
            ? device.getVerificationURI().toString()
            : device.getVerificationURIComplete().toString();
    person.visit(complete, device.getUserCode().getValue(), 0);
    long until = time.nanos() + Math.min(limit.toSeconds(), device.getLifetime()) * 1_000_000_000L;
    Duration interval = Duration.ofSeconds(Math.max(1, device.getInterval()));
    TokenEndpoint endpoint = new TokenEndpoint(oauth, http);
    while (time.nanos() - until < 0) {
      person.waits(Duration.ofNanos(until - time.nanos()));
      pause(interval);
      TokenEndpoint.Answer answer =
          endpoint.device(
              client, URI.create(oauth.tokenUrl()), device.getDeviceCode().getValue(), verifier);
      if (!(answer instanceof TokenEndpoint.Answer.NotNow later) || !later.again()) {
        return keep(granted(answer));
      }
      if (later.code().equals("slow_down")) {
        Duration slower = interval.multipliedBy(3).dividedBy(2);
        interval = slower.compareTo(LONGEST_INTERVAL) < 0 ? slower : LONGEST_INTERVAL;
      }
    }
    throw new LoginFailed(
        "nobody has typed the code in at %s in time".formatted(provider.getName()));
  }

  /**
   * By the cookie of a browser that is logged in.
   *
   * @param pasted the cookie, with or without its name; never a part of a command
   */
  public Done byCookie(String pasted) throws LoginFailed {
    if (pasted.strip().length() < SHORTEST_COOKIE) {
      throw new LoginFailed("that is too short for the cookie of a login");
    }
    return keep(granted(new TokenEndpoint(oauth, http).ofCookie(pasted)));
  }

  /** The vendor's own flow: what the device gets is exchanged like the code of a browser. */
  private Done byDeviceAndCode(ClientKeys client, Duration limit) throws LoginFailed {
    CodeDevice device = new CodeDevice(oauth, http);
    CodeDevice.Begun begun = device.begin(client.id());
    person.visit(oauth.deviceAgreeUrl(), begun.userCode(), 0);
    long until = time.nanos() + limit.toNanos();
    while (time.nanos() - until < 0) {
      person.waits(Duration.ofNanos(until - time.nanos()));
      pause(begun.interval());
      CodeDevice.Agreed agreed = device.ask(begun);
      if (agreed != null) {
        return keep(
            granted(
                new TokenEndpoint(oauth, http)
                    .exchange(
                        client,
                        URI.create(oauth.tokenUrl()),
                        agreed.code(),
                        URI.create(oauth.deviceRedirectUrl()),
                        agreed.verifier())));
      }
    }
    throw new LoginFailed(
        "nobody has typed the code in at %s in time".formatted(provider.getName()));
  }

  private DeviceAuthorizationSuccessResponse device(ClientKeys client) throws LoginFailed {
    DeviceAuthorizationRequest.Builder builder =
        new DeviceAuthorizationRequest.Builder(new ClientID(client.id()))
            .endpointURI(URI.create(oauth.deviceUrl()))
            .customParameter("code_challenge", challenge())
            .customParameter("code_challenge_method", "S256");
    if (!oauth.scopes().isEmpty()) {
      builder.scope(Scope.parse(oauth.scopes()));
    }
    HTTPRequest request = builder.build().toHTTPRequest();
    Map<String, String> headers = new LinkedHashMap<>();
    request.getHeaderMap().forEach((name, values) -> headers.put(name, values.getFirst()));
    headers.put("Accept", "application/json");
    try {
      AccountClient.Answer answer =
          http.send(
              new AccountClient.Request(
                  "POST", oauth.deviceUrl(), headers, request.getBody(), AccountClient.PATIENCE));
      if (!answer.isGood()) {
        throw new LoginFailed(
            "%s gave no code for a device (%d)".formatted(provider.getName(), answer.status()));
      }
      return DeviceAuthorizationSuccessResponse.parse(JSONObjectUtils.parse(answer.body()));
    } catch (IOException e) {
      throw new LoginFailed(String.valueOf(e.getMessage()));
    } catch (ParseException e) {
      throw new LoginFailed(
          "%s answered something else than a code for a device".formatted(provider.getName()));
    }
  }

  private String challenge() {
    return CodeChallenge.compute(CodeChallengeMethod.S256, new CodeVerifier(verifier)).getValue();
  }

  private void pause(Duration length) throws LoginFailed {
    try {
      http.pause(length);
    } catch (IOException e) {
      throw new LoginFailed("the login was interrupted");
    }
  }

  private ClientKeys client() throws LoginFailed {
    try {
      return ClientKeys.of(oauth, Map.of(), variables);
    } catch (ClientKeys.MissingClient e) {
      throw new LoginFailed(String.valueOf(e.getMessage()));
    }
  }

  private Map<String, Object> granted(TokenEndpoint.Answer answer) throws LoginFailed {
    return switch (answer) {
      case TokenEndpoint.Answer.Granted(var members) -> members;
      case TokenEndpoint.Answer.Refused(var code, var text) ->
          throw new LoginFailed(
              "%s refused the login (%s: %s)".formatted(provider.getName(), code, text));
      case TokenEndpoint.Answer.NotNow(var code, var text, _, _) ->
          throw new LoginFailed(
              "%s granted nothing (%s: %s); try again later"
                  .formatted(provider.getName(), code, text));
    };
  }

  /** Finds out who it is, and keeps the account; what it could not find out is said. */
  private Done keep(Map<String, Object> members) throws LoginFailed {
    AccountDocument document =
        AccountDocument.ofAnswer(members, time.epochMillis(), oauth.writesIsoExpiry());
    if (document.refreshToken().isEmpty()) {
      throw new LoginFailed(
          "%s granted no refresh token, so the account would end with its first token"
              .formatted(provider.getName()));
    }
    document = document.withFacts(emailOfIdToken(document));
    document = setUp(document, members);
    if (document.identity().isEmpty()) {
      document = document.withFacts(emailOfUserInfo(document));
    }
    if (document.identity().isEmpty()) {
      document = document.withFacts(Map.of("email", person.label()));
    }
    String name = AccountLock.name(provider.getName(), document.identity());
    // a refresh of the same account that is under way must not end over what is stored here
    try (AccountLock.Held _ = lock.hold(name)) {
      int before = store.list().of(provider.getName()).size();
      Path file = store.add(provider.getName(), document);
      int after = store.list().of(provider.getName()).size();
      return new Done(file, after > before, document.facts());
    } catch (IOException e) {
      throw new LoginFailed(
          "the account cannot be kept in %s: %s"
              .formatted(store.folder(), CredentialStore.reason(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LoginFailed("the login was interrupted");
    }
  }

  private static Map<String, String> emailOfIdToken(AccountDocument document) {
    JsonNode claim = AccountDocument.claim(document.text("id_token"), "email");
    return claim != null && claim.isTextual() ? Map.of("email", claim.asText()) : Map.of();
  }

  private Map<String, String> emailOfUserInfo(AccountDocument document) {
    if (oauth.userInfoUrl().isEmpty()) {
      return Map.of();
    }
    try {
      AccountClient.Answer answer =
          http.send(
              AccountClient.Request.get(oauth.userInfoUrl()).withBearer(document.accessToken()));
      JsonNode email = AccountDocument.JSON.readTree(answer.body()).path("email");
      return email.isTextual() ? Map.of("email", email.asText()) : Map.of();
    } catch (IOException e) {
      person.hears("whose account it is could not be found out (%s)".formatted(e.getMessage()));
      return Map.of();
    }
  }

  private AccountDocument setUp(AccountDocument document, Map<String, Object> members) {
    AccountSetup setup = Surroundings.setup(oauth.setup()).orElse(null);
    if (setup == null) {
      return document;
    }
    Map<String, Object> known = new LinkedHashMap<>(members);
    known.values().removeIf(value -> value == null);
    try {
      return document.withFacts(
          setup.complete(
              new AccountState(
                  Occasion.LOGIN,
                  provider,
                  document.accessToken(),
                  known,
                  document.facts(),
                  variables,
                  null),
              http));
    } catch (IOException e) {
      person.hears("the login is good, but: " + e.getMessage());
      return document;
    }
  }
}
