package dev.caravan.provider;

import dev.caravan.provider.quota.QuotaReader;
import dev.caravan.provider.transform.Transforms;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What is wrong with a provider's definition, all of it at once. */
final class ProviderCheck {

  private static final Pattern LIMITS =
      Pattern.compile("\\s*[^=,]+=\\s*\\d{1,9}\\s*(,\\s*[^=,]+=\\s*\\d{1,9}\\s*)*");
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");
  private static final Pattern ENV = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  static final Set<String> WEB = Set.of("http", "https");
  static final Set<String> PROXY = Set.of("http", "https", "socks5");

  private final Provider provider;
  private final List<String> complaints = new ArrayList<>();

  ProviderCheck(Provider provider) {
    this.provider = provider;
  }

  List<String> complaints() {
    checkNames();
    checkAddress();
    checkHeaders();
    checkModels();
    checkRotation();
    checkLists();
    provider.oauth().ifPresent(oauth -> complaints.addAll(oauth.complaints()));
    if (!provider.ownErrors().fault().isEmpty()) {
      complain("errors " + provider.ownErrors().fault());
    }
    TryAgain.read(provider.getTryAgain(), complaints);
    for (String more : provider.getMoreBaseUrls()) {
      complainOf("moreBaseUrls", more, baseUrlFault(more));
    }
    checkTime("connectTimeout", provider.getConnectTimeout());
    checkTime("readTimeout", provider.getReadTimeout());
    return List.copyOf(complaints);
  }

  /** What is wrong with a URL, empty when nothing is. Never repeats what may be a password. */
  static String urlFault(String url, Set<String> schemes) {
    try {
      URI uri = new URI(Placeholders.filled(url, "x"));
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      if (!schemes.contains(scheme) || uri.getHost() == null) {
        return "is not %s URL with a host"
            .formatted(schemes.equals(WEB) ? "an http(s)" : "a proxy");
      }
      if (schemes.equals(WEB) && uri.getRawUserInfo() != null) {
        return "holds a user name or password; put it into a credential";
      }
      return uri.getRawQuery() != null || uri.getRawFragment() != null
          ? "holds a query or a fragment, which paths cannot follow"
          : "";
    } catch (URISyntaxException e) {
      return "is not a URL: " + e.getReason();
    }
  }

  /** What is wrong with a base URL, empty when nothing is. */
  static String baseUrlFault(String url) {
    return url.startsWith("${") ? "" : urlFault(url, WEB);
  }

  private void checkNames() {
    if (!NAME.matcher(provider.getName()).matches()) {
      complain(
          "name \"%s\" is not made of a-z, 0-9, '.', '_' and '-'".formatted(provider.getName()));
    }
    for (String alias : provider.getAliases()) {
      if (!NAME.matcher(alias).matches()) {
        complain("alias \"%s\" is not made of a-z, 0-9, '.', '_' and '-'".formatted(alias));
      }
    }
    oneOf("dialect", provider.getDialect(), "dialect", Provider.DIALECTS);
    oneOf("embeddings", provider.getEmbeddings(), "form of embeddings", Provider.EMBEDDINGS);
    oneOf("thinkingScale", provider.getThinkingScale(), "scale", Provider.SCALES);
    oneOf("rotation", provider.getRotation(), "mode", Provider.ROTATIONS);
    if (!provider.getCost().isEmpty()) {
      oneOf("cost", provider.getCost(), "source of prices", Provider.COSTS);
    }
  }

  private void checkAddress() {
    if (provider.getBaseUrl().isEmpty()) {
      complain("baseUrl is missing; give the address before %s".formatted(provider.getChatPath()));
    } else {
      complainOf("baseUrl", provider.getBaseUrl(), baseUrlFault(provider.getBaseUrl()));
    }
    if (!provider.getProxyUrl().isEmpty()) {
      String fault = urlFault(provider.getProxyUrl(), PROXY);
      if (!fault.isEmpty()) {
        complain("proxyUrl %s".formatted(fault));
      }
    }
    checkPath("chatPath", provider.getChatPath());
    checkPath("modelsPath", provider.getModelsPath());
    checkPath("embeddingsPath", provider.getEmbeddingsPath());
    if (provider.getChatPath().isEmpty() && provider.getEmbeddingsPath().isEmpty()) {
      complain("chatPath and embeddingsPath are both empty, so there is nothing to call");
    }
  }

  private void checkPath(String property, String path) {
    if (!path.isEmpty() && (path.charAt(0) != '/' || path.chars().anyMatch(c -> c <= ' '))) {
      complain("%s \"%s\" does not start with a slash or holds a blank".formatted(property, path));
    }
  }

  private void checkHeaders() {
    if (!HeaderList.NAME.matcher(provider.getAuthHeader()).matches()) {
      complain("authHeader \"%s\" is not a header name".formatted(provider.getAuthHeader()));
    }
    if (!provider.getAuthScheme().isEmpty()
        && !HeaderList.NAME.matcher(provider.getAuthScheme()).matches()) {
      complain("authScheme \"%s\" is not one word".formatted(provider.getAuthScheme()));
    }
    if (!provider.headerList().fault().isEmpty()) {
      complain("headers " + provider.headerList().fault());
    }
  }

  private void checkModels() {
    if (!provider.modelList().fault().isEmpty()) {
      complain("models " + provider.modelList().fault());
    }
    provider
        .getQuotaGroups()
        .forEach(
            (group, models) -> {
              if (models == null || Provider.commaList(models).isEmpty()) {
                complain(
                    ("quota group \"%s\" names no models; in a YAML flow map quote the list:"
                            + " {pro: \"model-a,model-b\"}")
                        .formatted(group));
              }
            });
  }

  private void checkRotation() {
    if (!(provider.getTolerance() >= 0) || Double.isInfinite(provider.getTolerance())) {
      complain("tolerance %s is not 0 or more".formatted(provider.getTolerance()));
    }
  }

  private void checkLists() {
    for (String code : provider.getQuirks()) {
      if (Quirk.named(code).isEmpty()) {
        complain(
            "quirk \"%s\" is not known; known: %s"
                .formatted(code, String.join(", ", Quirk.names())));
      }
    }
    for (String transform : provider.getTransforms()) {
      oneOf("transforms", transform, "transform", Transforms.names());
    }
    if (!provider.getQuota().isEmpty()) {
      oneOf("quota", provider.getQuota(), "reader of quotas", QuotaReader.words());
    }
    provider
        .getQuotaLimits()
        .forEach(
            (group, limits) -> {
              if (!LIMITS.matcher(limits).matches()) {
                complain(
                    "quotaLimits \"%s\" of %s is not a list such as PRO=250,FREE=100"
                        .formatted(limits, group));
              }
            });
    if (!provider.getQuotaUrl().isEmpty() && !provider.getQuotaUrl().startsWith("/")) {
      complainOf("quotaUrl", provider.getQuotaUrl(), urlFault(provider.getQuotaUrl(), WEB));
    }
    provider
        .getQuotaGroupLists()
        .forEach(
            (group, page) -> {
              if (!page.startsWith("/")) {
                complainOf("quotaGroupLists", page, urlFault(page, WEB));
              }
            });
    for (List<String> variables :
        List.of(provider.getKeyVariables(), provider.getBaseVariables())) {
      for (String variable : variables) {
        if (!ENV.matcher(variable).matches()) {
          complain("\"%s\" is not the name of an environment variable".formatted(variable));
        }
      }
    }
  }

  private void checkTime(String property, String text) {
    if (!text.isEmpty() && Durations.exact(text).filter(d -> !d.isZero()).isEmpty()) {
      complain("%s \"%s\" is not a duration such as 30, 1500ms or 2m".formatted(property, text));
    }
  }

  private void oneOf(String property, String value, String kind, List<String> known) {
    if (!known.contains(value)) {
      complain(
          "%s \"%s\" is not a %s; known: %s%s"
              .formatted(
                  property, value, kind, String.join(", ", known), NearNames.hint(value, known)));
    }
  }

  private void complainOf(String property, String value, String fault) {
    if (!fault.isEmpty()) {
      complain("%s \"%s\" %s".formatted(property, value.replaceAll("//[^/@]*@", "//…@"), fault));
    }
  }

  private void complain(String complaint) {
    complaints.add(complaint);
  }
}
