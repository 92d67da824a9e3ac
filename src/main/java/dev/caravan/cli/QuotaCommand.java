package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.provider.NearNames;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private GatewayOptions options = new GatewayOptions();

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
    try (GatewayClient gateway = options.client(environment)) {
      return watch ? again(gateway) : once(gateway);
    }
  }

  private int once(GatewayClient gateway) throws InterruptedException {
    try {
      lines(gateway).forEach(out()::println);
      out().flush();
      return 0;
    } catch (ChatTrouble trouble) {
      spec.commandLine().getErr().println("caravan quota: " + gateway.withoutKey(trouble));
      spec.commandLine().getErr().flush();
      return 1;
    }
  }

  private int again(GatewayClient gateway) throws InterruptedException {
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
          lines.addAll(lines(gateway));
        } catch (ChatTrouble trouble) {
          lines.add("caravan quota: " + gateway.withoutKey(trouble));
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

  private List<String> lines(GatewayClient gateway) throws ChatTrouble, InterruptedException {
    JsonNode stats = ask(gateway);
    if (json) {
      return List.of(stats.toString());
    }
    QuotaPage page = new QuotaPage(stats, colours(), ZoneId.systemDefault());
    List<String> lines = new ArrayList<>();
    lines.add(page.head(gateway.base().toString(), watch ? "Ctrl-C ends it" : null));
    lines.add("");
    lines.addAll(provider == null ? page.summary() : page.provider(provider));
    return lines;
  }

  private JsonNode ask(GatewayClient gateway) throws ChatTrouble, InterruptedException {
    String path = "/v1/quota-stats";
    JsonNode stats =
        refresh ? gateway.post(path, "{\"action\":\"force_refresh\"}") : gateway.get(path);
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

  private boolean colours() {
    return spec.commandLine().getColorScheme().ansi().enabled();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
