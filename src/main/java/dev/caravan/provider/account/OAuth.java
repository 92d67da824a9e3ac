package dev.caravan.provider.account;

import dev.caravan.provider.Durations;
import dev.caravan.provider.HeaderList;
import dev.caravan.provider.NearNames;
import dev.caravan.provider.Provider;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How people log in at a provider, and how their accounts are kept (providers.md 2): the {@code
 * oauth:} part of its file. Everything is a text, since Camel's YAML puts nothing else into a map.
 * Immutable.
 */
public final class OAuth {

  /**
   * Ways to log in: by a browser that comes back, by a code that is typed elsewhere, and by the
   * cookie of a browser that is logged in, which the provider's setup knows what to do with.
   */
  public static final List<String> FLOWS = List.of("code", "device", "cookie");

  /** What a device that somebody has agreed for is granted. */
  public static final List<String> DEVICE_GRANTS = List.of("token", "code");

  /** How a client says who it is at the token endpoint. */
  public static final List<String> CLIENT_AUTHS = List.of("post", "basic", "both");

  public static final List<String> SECRETS = List.of("none", "optional", "required");

  /** What is said of a provider whose vendor has changed its mind. */
  public static final List<String> STATES = List.of("alive", "restricted", "at-own-risk", "dead");

  /** The properties that a file may set, with what is taken when it does not. */
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("flow", "code"),
          Map.entry("authorizationUrl", ""),
          Map.entry("tokenUrl", ""),
          Map.entry("deviceUrl", ""),
          Map.entry("deviceGrant", "token"),
          Map.entry("deviceAgreeUrl", ""),
          Map.entry("deviceRedirectUrl", ""),
          Map.entry("cookieUrl", ""),
          Map.entry("userInfoUrl", ""),
          Map.entry("scopes", ""),
          Map.entry("refreshScopes", ""),
          Map.entry("callbackPort", ""),
          Map.entry("callbackPath", "/callback"),
          Map.entry("callbackPaths", ""),
          Map.entry("callbackParameter", "redirect_uri"),
          Map.entry("successUrl", ""),
          Map.entry("errorUrl", ""),
          Map.entry("parameters", ""),
          Map.entry("clientIdVariable", ""),
          Map.entry("clientSecretVariable", ""),
          Map.entry("clientSecret", "none"),
          Map.entry("clientAuth", "post"),
          Map.entry("verifierBytes", "32"),
          Map.entry("refreshLead", "30m"),
          Map.entry("rotates", "false"),
          Map.entry("expiry", "millis"),
          Map.entry("import", ""),
          Map.entry("needs", ""),
          Map.entry("token", "access_token"),
          Map.entry("baseUrl", ""),
          Map.entry("headers", ""),
          Map.entry("setup", ""),
          Map.entry("status", "alive"),
          Map.entry("statusNote", ""),
          Map.entry("optIn", ""));

  private static final Pattern FACT = Pattern.compile("\\$\\{([a-z_]+)}");

  private final Map<String, String> values;
  private final String stem;

  private OAuth(Map<String, String> values, String stem) {
    this.values = values;
    this.stem = stem;
  }

  /**
   * That of one provider.
   *
   * @param provider the provider's name
   * @param properties as its file gives them, whatever their type
   */
  public static OAuth of(String provider, Map<?, ?> properties) {
    Map<String, String> values = new LinkedHashMap<>();
    properties.forEach((key, value) -> values.put(String.valueOf(key), String.valueOf(value)));
    return new OAuth(
        Map.copyOf(values), provider.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"));
  }

  /** Everything that is wrong with it, in sentences; empty when it can be used. */
  public List<String> complaints() {
    List<String> complaints = new ArrayList<>();
    Set<String> known = new TreeSet<>(DEFAULTS.keySet());
    for (String key : new TreeSet<>(values.keySet())) {
      if (!known.contains(key)) {
        complaints.add("oauth has no '%s'%s".formatted(key, NearNames.hint(key, known)));
      }
    }
    flows().forEach(flow -> oneOf("flow", flow, FLOWS, complaints));
    oneOf("deviceGrant", get("deviceGrant"), DEVICE_GRANTS, complaints);
    oneOf("clientSecret", get("clientSecret"), SECRETS, complaints);
    oneOf("clientAuth", get("clientAuth"), CLIENT_AUTHS, complaints);
    oneOf("expiry", get("expiry"), List.of("millis", "iso"), complaints);
    oneOf("status", get("status"), STATES, complaints);
    url("tokenUrl", true, complaints);
    url("authorizationUrl", flows().contains("code"), complaints);
    url("deviceUrl", flows().contains("device"), complaints);
    url("deviceAgreeUrl", devicesAreGrantedCodes(), complaints);
    url("deviceRedirectUrl", devicesAreGrantedCodes(), complaints);
    url("cookieUrl", flows().contains("cookie"), complaints);
    url("userInfoUrl", false, complaints);
    number("verifierBytes", 32, 96, complaints);
    if (flows().contains("code")) {
      number("callbackPort", 0, 65_535, complaints);
    }
    if (Durations.exact(get("refreshLead")).isEmpty()) {
      complaints.add("oauth.refreshLead \"%s\" is not a duration".formatted(get("refreshLead")));
    }
    if (!HeaderList.read(get("headers")).fault().isEmpty()) {
      complaints.add("oauth.headers " + HeaderList.read(get("headers")).fault());
    }
    return List.copyOf(complaints);
  }

  /** Ways to log in, the usual one first. */
  public List<String> flows() {
    return Provider.commaList(get("flow"));
  }

  public String authorizationUrl() {
    return get("authorizationUrl");
  }

  public String tokenUrl() {
    return get("tokenUrl");
  }

  /** Where a device flow begins. */
  public String deviceUrl() {
    return get("deviceUrl");
  }

  /**
   * Whether a device gets an authorization code that is exchanged like a browser's, and not a token
   * (RFC 8628).
   */
  public boolean devicesAreGrantedCodes() {
    return get("deviceGrant").equals("code");
  }

  /** Where a person types the code of a device in, where the vendor does not tell. */
  public String deviceAgreeUrl() {
    return get("deviceAgreeUrl");
  }

  /** What the code of a device is exchanged with in place of an address of ours. */
  public String deviceRedirectUrl() {
    return get("deviceRedirectUrl");
  }

  /** Where a cookie is worth a key, for the setup of a provider that takes cookies. */
  public String cookieUrl() {
    return get("cookieUrl");
  }

  /** What tells the account's e-mail to a bearer, empty when the setup or the user does. */
  public String userInfoUrl() {
    return get("userInfoUrl");
  }

  /** With blanks between them. */
  public String scopes() {
    return get("scopes").replace(',', ' ').strip();
  }

  /** What a refresh asks for, empty for what was granted. */
  public String refreshScopes() {
    return get("refreshScopes").replace(',', ' ').strip();
  }

  /** The port that the browser comes back to, 0 for any. */
  public int callbackPort() {
    return get("callbackPort").isEmpty() ? 0 : Integer.parseInt(get("callbackPort").strip());
  }

  /** The variable that gives another port. */
  public String callbackPortVariable() {
    return stem + "_OAUTH_PORT";
  }

  public String callbackPath() {
    return get("callbackPath");
  }

  /** Every path at which the browser may come back. */
  public List<String> callbackPaths() {
    List<String> all = new ArrayList<>(List.of(callbackPath()));
    all.addAll(Provider.commaList(get("callbackPaths")));
    return List.copyOf(all);
  }

  /** What the vendor calls {@code redirect_uri} in the address that the browser opens. */
  public String callbackParameter() {
    return get("callbackParameter");
  }

  /** Where the browser is sent after a good login, empty for a page of ours. */
  public String successUrl() {
    return get("successUrl");
  }

  public String errorUrl() {
    return get("errorUrl");
  }

  /** Further parameters of the address that the browser opens. */
  public Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : Provider.commaList(get("parameters"))) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      }
    }
    return parameters;
  }

  /** The variable that holds the client's id. */
  public String clientIdVariable() {
    return orElse(get("clientIdVariable"), stem + "_OAUTH_CLIENT_ID");
  }

  /** The variable that holds the client's secret. */
  public String clientSecretVariable() {
    return orElse(get("clientSecretVariable"), stem + "_OAUTH_CLIENT_SECRET");
  }

  public boolean needsClientSecret() {
    return get("clientSecret").equals("required");
  }

  public boolean takesClientSecret() {
    return !get("clientSecret").equals("none");
  }

  /** One of {@link #CLIENT_AUTHS}. */
  public String clientAuth() {
    return get("clientAuth");
  }

  public int verifierBytes() {
    return Integer.parseInt(get("verifierBytes").strip());
  }

  /** How long before its end a token is refreshed, at most. */
  public Duration refreshLead() {
    return Durations.exact(get("refreshLead")).orElse(Duration.ofMinutes(30));
  }

  /** Whether a refresh makes the refresh token before it worthless. */
  public boolean rotates() {
    return Boolean.parseBoolean(get("rotates"));
  }

  /** Whether its files hold the end of a token as ISO 8601 instead of milliseconds. */
  public boolean writesIsoExpiry() {
    return get("expiry").equals("iso");
  }

  /** Files and folders of the vendor's own programs that an account can be copied from. */
  public List<String> importFrom() {
    return Provider.commaList(get("import"));
  }

  /** Facts without which an account of the environment does not count. */
  public List<String> needs() {
    return Provider.commaList(get("needs"));
  }

  /** The fact that calls carry as their token. */
  public String token() {
    return get("token");
  }

  /** The fact that says where the account is served, empty for none. */
  public String baseUrlFact() {
    Matcher fact = FACT.matcher(get("baseUrl"));
    return fact.matches() ? fact.group(1) : get("baseUrl");
  }

  /** More headers of the account's calls; one that names a fact which is not known is left out. */
  public Map<String, String> headers(Map<String, String> facts) {
    Map<String, String> filled = new LinkedHashMap<>();
    HeaderList.read(get("headers"))
        .headers()
        .forEach(
            (name, value) -> {
              Matcher named = FACT.matcher(value);
              if (named.results().allMatch(found -> facts.containsKey(found.group(1)))) {
                filled.put(
                    name,
                    FACT.matcher(value)
                        .replaceAll(
                            found ->
                                Matcher.quoteReplacement(facts.getOrDefault(found.group(1), ""))));
              }
            });
    return filled;
  }

  /** The name of its {@link AccountSetup}, empty for none. */
  public String setup() {
    return get("setup");
  }

  /** One of {@link #STATES}. */
  public String status() {
    return get("status");
  }

  /** What people have to know of it before they log in, with its date. */
  public String statusNote() {
    return get("statusNote");
  }

  /** A variable that has to be {@code true} before the provider is used, empty for none. */
  public String optIn() {
    return get("optIn");
  }

  /** The provider's name as it stands in variables. */
  public String stem() {
    return stem;
  }

  private String get(String key) {
    String value = values.get(key);
    return value == null ? DEFAULTS.getOrDefault(key, "") : value;
  }

  private static String orElse(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }

  private void oneOf(String key, String value, List<String> known, List<String> into) {
    if (!known.contains(value)) {
      into.add(
          "oauth.%s \"%s\" is none of %s%s"
              .formatted(key, value, String.join(", ", known), NearNames.hint(value, known)));
    }
  }

  private void url(String key, boolean needed, List<String> into) {
    String value = get(key);
    if (value.isEmpty()) {
      if (needed) {
        into.add("oauth.%s is missing".formatted(key));
      }
      return;
    }
    try {
      URI uri = new URI(value);
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (!web || uri.getHost() == null || uri.getRawUserInfo() != null) {
        into.add("oauth.%s is not an http(s) URL with a host".formatted(key));
      }
    } catch (URISyntaxException e) {
      into.add("oauth.%s is not a URL: %s".formatted(key, e.getReason()));
    }
  }

  private void number(String key, int least, int most, List<String> into) {
    try {
      int value = get(key).isEmpty() ? least : Integer.parseInt(get(key).strip());
      if (value < least || value > most) {
        into.add("oauth.%s %d is not between %d and %d".formatted(key, value, least, most));
      }
    } catch (NumberFormatException e) {
      into.add("oauth.%s \"%s\" is not a number".formatted(key, get(key)));
    }
  }
}
