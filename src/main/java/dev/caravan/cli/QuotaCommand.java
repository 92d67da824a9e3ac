package dev.caravan.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.config.Configuration;
import dev.caravan.config.Settings;
import dev.caravan.provider.NearNames;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code caravan quota}: what the credentials of a running gateway have used and have left, and who
 * rests, until when and why. Exit codes: 0 shown, 1 no answer, 2 wrong usage.
 */
@NullMarked
@Command(
    name = "quota",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Shows what each credential has used and has left, who rests, and until when.",
    footerHeading = "%nExamples%n",
    footer = {
      "  caravan quota                   all providers, and every credential that rests",
      "  caravan quota groq              each credential of one provider",
      "  caravan quota --watch           again every 5 seconds, until Ctrl-C",
      "  caravan quota --json | jq .summary"
    })
public final class QuotaCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
  private static final String OTHER_SCREEN = "\u001b[?1049h\u001b[?25l";
  private static final String OWN_SCREEN = "\u001b[?25h\u001b[?1049l";
  private static final String HOME = "\u001b[H";
  private static final String REST_OF_LINE = "\u001b[K";
  private static final String REST_OF_SCREEN = "\u001b[J";

  @Parameters(
      arity = "0..1",
      paramLabel = "PROVIDER",
      description = "Show each credential of this provider.")
  private @Nullable String provider;

  @Option(
      names = {"-w", "--watch"},
      description = "Show it again and again, until Ctrl-C.")
  private boolean watch;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "How often --watch does, 1 to 60 (default: ${DEFAULT-VALUE}).")
  private int every = 5;

  @Option(names = "--json", description = "Print the JSON of the answer, one line.")
  private boolean json;

  @Option(names = "--refresh", description = "First ask the providers that can tell their quotas.")
  private boolean refresh;

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description = "Data folder of the gateway, for its port and key (default: the current one).")
  private @Nullable String home;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Another gateway, such as https://gateway.example/v1.")
  private @Nullable URI url;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Key of the gateway; PROXY_API_KEY when left out.")
  private @Nullable String key;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  private final Map<String, String> environment;

  public QuotaCommand() {
    this(System.getenv());
  }

  /** Takes settings from another environment. */
  public QuotaCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (every < 1 || every > 60) {
      throw new ParameterException(
          spec.commandLine(), "--every takes 1 to 60 seconds, but it was " + every);
    }
    Configuration configuration = configuration();
    URI base = url == null ? local(configuration) : withoutVersion(url);
    Optional<String> secret =
        key != null ? Optional.of(key) : configuration.find(Settings.PROXY_API_KEY);
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build()) {
      return watch ? again(base, secret, http) : once(base, secret, http);
    }
  }

  private Configuration configuration() {
    Map<String, String> flags = new TreeMap<>();
    if (home != null) {
      flags.put("CARAVAN_HOME", home);
    }
    Path folder = Configuration.home(flags, environment);
    return Configuration.load(folder, flags, environment);
  }

  private static URI local(Configuration configuration) {
    return URI.create(
        "http://%s:%d"
            .formatted(
                Greeting.reachable(configuration.get(Settings.HOST)),
                configuration.get(Settings.PORT)));
  }

  /** Whoever knows the address knows it with the {@code /v1} that clients want, or without. */
  static URI withoutVersion(URI url) {
    return URI.create(url.toString().replaceAll("/+$", "").replaceAll("/v1$", ""));
  }

  private int once(URI base, Optional<String> secret, HttpClient http) throws InterruptedException {
    try {
      lines(base, secret, http).forEach(out()::println);
      out().flush();
      return 0;
    } catch (ChatTrouble trouble) {
      complain(secret, trouble);
      return 1;
    }
  }

  private int again(URI base, Optional<String> secret, HttpClient http)
      throws InterruptedException {
    boolean screen = colours() && !json;
    Thread tidyUp = new Thread(() -> print(OWN_SCREEN));
    if (screen) {
      Runtime.getRuntime().addShutdownHook(tidyUp);
      print(OTHER_SCREEN);
    }
    try {
      while (true) {
        List<String> lines = new ArrayList<>();
        try {
          lines.addAll(lines(base, secret, http));
        } catch (ChatTrouble trouble) {
          lines.add("caravan quota: " + without(secret, trouble));
        }
        show(lines, screen);
        Thread.sleep(Duration.ofSeconds(every));
      }
    } finally {
      if (screen) {
        print(OWN_SCREEN);
      }
    }
  }

  private void show(List<String> lines, boolean screen) {
    if (!screen) {
      lines.forEach(out()::println);
      if (!json) {
        out().println();
      }
      out().flush();
      return;
    }
    // drawn over the old page: clearing it first would flicker
    StringBuilder page = new StringBuilder(HOME);
    lines.forEach(line -> page.append(line).append(REST_OF_LINE).append("\r\n"));
    print(page.append(REST_OF_SCREEN).toString());
  }

  private void print(String text) {
    out().print(text);
    out().flush();
  }

  private List<String> lines(URI base, Optional<String> secret, HttpClient http)
      throws ChatTrouble, InterruptedException {
    JsonNode stats = ask(base, secret, http);
    if (json) {
      return List.of(stats.toString());
    }
    QuotaPage page = new QuotaPage(stats, colours(), ZoneId.systemDefault());
    List<String> lines = new ArrayList<>();
    lines.add(page.head(base.toString(), watch ? "Ctrl-C ends it" : null));
    lines.add("");
    lines.addAll(provider == null ? page.summary() : page.provider(provider));
    return lines;
  }

  private JsonNode ask(URI base, Optional<String> secret, HttpClient http)
      throws ChatTrouble, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/v1/quota-stats")).timeout(ANSWER_WITHIN);
    secret.ifPresent(s -> request.header("authorization", "Bearer " + s));
    if (refresh) {
      request
          .header("content-type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString("{\"action\":\"force_refresh\"}"));
    }
    JsonNode stats;
    try {
      HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw ChatTrouble.refused(
            base, answer.statusCode(), answer.headers().firstValue("retry-after"), answer.body());
      }
      stats = JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new ChatTrouble(base + " does not answer with quotas; is it a gateway?");
    } catch (IOException e) {
      throw ChatTrouble.unreachable(base, "connection refused or no such host");
    }
    if (provider != null && !stats.path("providers").has(provider)) {
      throw unknown(stats, provider);
    }
    return stats;
  }

  private static ChatTrouble unknown(JsonNode stats, String name) {
    List<String> names = new ArrayList<>();
    stats.path("providers").fieldNames().forEachRemaining(names::add);
    List<String> near = NearNames.of(name, names);
    return new ChatTrouble(
        "there is no provider '%s' here; %s"
            .formatted(
                name,
                near.isEmpty()
                    ? "there are " + String.join(", ", names)
                    : "did you mean " + String.join(", ", near) + "?"));
  }

  private void complain(Optional<String> secret, ChatTrouble trouble) {
    spec.commandLine().getErr().println("caravan quota: " + without(secret, trouble));
    spec.commandLine().getErr().flush();
  }

  private static String without(Optional<String> secret, ChatTrouble trouble) {
    String sentence = String.valueOf(trouble.getMessage());
    return secret
        .filter(s -> !s.isEmpty())
        .map(s -> sentence.replace(s, "(the key)"))
        .orElse(sentence);
  }

  private boolean colours() {
    return spec.commandLine().getColorScheme().ansi().enabled();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
