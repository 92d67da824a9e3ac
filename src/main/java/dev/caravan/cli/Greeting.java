package dev.caravan.cli;

import dev.caravan.Gateway;
import dev.caravan.Version;
import dev.caravan.config.ProxyKey;
import dev.caravan.config.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a person sees when the gateway has started: a line a fact, and what to try first. */
final class Greeting {
  private final Gateway gateway;
  private final ProxyKey proxyKey;
  private final PrintWriter out;

  Greeting(Gateway gateway, ProxyKey proxyKey, PrintWriter out) {
    this.gateway = gateway;
    this.proxyKey = proxyKey;
    this.out = out;
  }

  void print() {
    String url =
        "http://%s:%d"
            .formatted(reachable(gateway.configuration().get(Settings.HOST)), gateway.port());
    List<String> providers = gateway.providers();
    int credentials =
        gateway.pools().all().stream().mapToInt(pool -> pool.credentials().size()).sum();
    out.println("caravan " + Version.number());
    out.println("  serving      " + url);
    out.println("  data folder  " + gateway.configuration().home());
    out.println(
        "  providers    %s (%d credentials)"
            .formatted(shortened(providers), gateway.hasMock() ? 0 : credentials));
    out.println("  client key   " + key());
    gateway.adminPort().ifPresent(port -> out.println("  admin        " + admin(port)));
    if (gateway.hasMock()) {
      tryIt(url);
    }
    out.flush();
  }

  private String admin(int port) {
    String host =
        gateway
            .configuration()
            .get(port == gateway.port() ? Settings.HOST : Settings.MANAGEMENT_HOST);
    return "http://%s:%d/admin".formatted(reachable(host), port);
  }

  private void tryIt(String url) {
    out.println();
    out.println("No provider is set up, so the built-in mock answers as provider mock. Try it:");
    out.println();
    out.println("  curl -N %s/v1/chat/completions \\".formatted(url));
    out.println(
        "    -H \"Authorization: Bearer %s\" -H 'Content-Type: application/json' \\"
            .formatted(keyWords()));
    out.println(
        "    -d '{\"model\":\"mock/mock-20x100ms\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'");
    out.println();
    out.println("  from openai import OpenAI");
    out.println(
        "  client = OpenAI(base_url=\"%s/v1\", api_key=\"%s\")"
            .formatted(url, shownKey().orElse("the client key")));
    out.println(
        "  client.chat.completions.create(model=\"mock/mock-1\", messages=[{\"role\": \"user\", \"content\": \"Hello\"}])");
    out.println();
    out.println(
        "Then set a provider up: GROQ_API_KEY=... in "
            + gateway.configuration().home().resolve(".env"));
  }

  /** The key whole only where it was made just now and a person looks on; masked otherwise. */
  private String key() {
    return switch (proxyKey) {
      case ProxyKey.FromConfiguration(var key, var source) ->
          masked(key) + " (" + source + ")" + weakness();
      case ProxyKey.Written(var key, var file) ->
          (Terminal.isThere() ? key : "new") + " (written to " + file + ")";
      case ProxyKey.InMemory(var key, var why) -> key + " (for this run only: " + why + ")";
      case ProxyKey.NotNeeded() -> "none is asked for (ALLOW_UNAUTHENTICATED)";
    };
  }

  /** What stands for the key in a line for a shell: the line works, whoever reads along. */
  private String keyWords() {
    return shownKey()
        .orElseGet(
            () ->
                switch (proxyKey) {
                  case ProxyKey.Written(var key, var file) -> readFrom(file);
                  case ProxyKey.FromConfiguration(var key, var source) when source.isFile() ->
                      readFrom(gateway.configuration().home().resolve(source.origin()));
                  default -> "$PROXY_API_KEY";
                });
  }

  /** The key, where it is no secret from who looks on. */
  private Optional<String> shownKey() {
    return switch (proxyKey) {
      case ProxyKey.Written(var key, var file) when Terminal.isThere() -> Optional.of(key);
      case ProxyKey.InMemory(var key, var why) -> Optional.of(key);
      case ProxyKey.NotNeeded() -> Optional.of("none");
      default -> Optional.empty();
    };
  }

  private static String readFrom(Path file) {
    return "$(sed -n 's/^PROXY_API_KEY=//p' '%s')".formatted(file);
  }

  private String weakness() {
    return proxyKey.isWeak() ? "; it is weak: use at least 16 characters" : "";
  }

  private static String masked(String key) {
    return key.length() < 8 ? "…" : key.substring(0, 2) + "…" + key.substring(key.length() - 2);
  }

  /** A host to call, for one to listen on. */
  static String reachable(String host) {
    return switch (host) {
      case "0.0.0.0", "::", "[::]" -> "127.0.0.1";
      default -> host.contains(":") ? "[" + host + "]" : host;
    };
  }

  private static String shortened(List<String> names) {
    return names.size() <= 8
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 8)) + " and " + (names.size() - 8) + " more";
  }
}
