package dev.caravan.provider.model;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Names of models taken apart, and whose word counts more (http-api.md 12.3). */
final class Names {
  private static final String RESELLER = "openrouter";
  private static final String FREE = ":free";
  private static final Pattern VERSION = Pattern.compile("-(\\d+)-(\\d+)(?=-|$)");
  private static final Pattern DATE =
      Pattern.compile("(?:-latest|[-@]20\\d{6}|-20\\d\\d-\\d\\d-\\d\\d)$");

  /** Our names of providers that tables call otherwise. */
  private static final Map<String, String> ALIASES =
      Map.ofEntries(
          Map.entry("nvidia_nim", "nvidia"),
          Map.entry("gemini", "google"),
          Map.entry("gemini_cli", "google"),
          Map.entry("together_ai", "togetherai"),
          Map.entry("fireworks_ai", "fireworks-ai"),
          Map.entry("moonshot", "moonshotai"),
          Map.entry("dashscope", "alibaba"),
          Map.entry("codestral", "mistral"),
          Map.entry("openai_codex", "openai"),
          Map.entry("lambda_ai", "lambda"),
          Map.entry("github", "github-models"),
          Map.entry("cloudflare", "cloudflare-workers-ai"),
          Map.entry("azure_ai", "azure"),
          Map.entry("vercel_ai_gateway", "vercel"));

  private static final List<String> RANKS =
      List.of(
          "anthropic",
          "openai",
          "google",
          "google-vertex",
          "mistral",
          "mistralai",
          "cohere",
          "deepseek",
          "deepseek-ai",
          "qwen",
          "alibaba",
          "alibaba-cn",
          "meta-llama",
          "nvidia",
          "moonshotai",
          "openrouter",
          "azure",
          "azure-cognitive-services",
          "aws-bedrock",
          "github-copilot",
          "opencode",
          "requesty",
          "helicone",
          "vercel",
          "aihubmix",
          "venice",
          "poe",
          "cortecs",
          "fastrouter",
          "ollama-cloud",
          "nebius",
          "fireworks-ai",
          "groq",
          "sap-ai-core",
          "zenmux");

  private Names() {}

  /** Everything behind the first segment; the whole when there is only one. */
  static String rest(String id) {
    return id.substring(id.indexOf('/') + 1);
  }

  static String last(String id) {
    return id.substring(id.lastIndexOf('/') + 1);
  }

  /** What fuzzy keys are compared by. */
  static String folded(String key) {
    return key.toLowerCase(Locale.ROOT);
  }

  /** {@code claude-opus-4-5} and {@code claude-opus-4.5} are the same. */
  static String normalised(String key) {
    return VERSION.matcher(key).replaceAll("-$1.$2");
  }

  /** The vendor's name in the tables in front, empty when it goes by its own. */
  static String aliased(String id) {
    int slash = id.indexOf('/');
    String other = slash < 0 ? null : ALIASES.get(id.substring(0, slash));
    return other == null ? "" : other + id.substring(slash);
  }

  static String atReseller(String id) {
    return id.startsWith(RESELLER + "/") ? id : RESELLER + "/" + id;
  }

  static boolean isFree(String id) {
    return id.endsWith(FREE);
  }

  static String withoutFree(String id) {
    return isFree(id) ? id.substring(0, id.length() - FREE.length()) : id;
  }

  /** Without the date or {@code latest} at its end. */
  static String undated(String id) {
    return DATE.matcher(id).replaceFirst("");
  }

  static int makersRank(String id) {
    String[] parts = (id.startsWith(RESELLER + "/") ? rest(id) : id).split("/", -1);
    return rank(parts.length == 3 ? parts[1] : parts[0]);
  }

  static int sellersRank(String id) {
    return rank(id.substring(0, Math.max(0, id.indexOf('/'))));
  }

  static int segments(String id) {
    return (int) id.chars().filter(c -> c == '/').count() + 1;
  }

  private static int rank(String vendor) {
    int at = RANKS.indexOf(vendor);
    return at < 0 ? RANKS.size() : at;
  }
}
