package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.provider.NearNames;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code caravan providers}: whom a running gateway can call, and whether a call works. Exit codes:
 * 0 good, 1 no answer or a provider that does not work, 2 wrong usage.
 */
@Command(
    name = "providers",
    description = "Shows the providers of a running gateway, and checks whether they answer.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ProvidersCommand.ListThem.class, ProvidersCommand.Check.class},
    footerHeading = "%nExamples%n",
    footer = {
      "  caravan providers               who is set up: keys, models, trouble",
      "  caravan providers list --all    those that need but a key, too",
      "  caravan providers check groq    one real call of one token",
      "  caravan providers check groq -m groq/llama-3.1-8b-instant"
    })
public final class ProvidersCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws InterruptedException {
    return common.list(spec, false);
  }

  /** What all of them take. */
  static final class Common {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this text.")
    boolean help;

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    @Mixin private GatewayOptions options = new GatewayOptions();

    int ask(CommandSpec spec, GatewayOptions.Question question) throws InterruptedException {
      return options.ask(spec, System.getenv(), question);
    }

    int list(CommandSpec spec, boolean all) throws InterruptedException {
      return ask(
          spec,
          gateway -> {
            JsonNode providers = gateway.get("/v1/providers?detail=true");
            List<String> lines =
                json
                    ? List.of(providers.toString())
                    : new ProvidersPage(colours(spec)).lines(providers, all);
            lines.forEach(spec.commandLine().getOut()::println);
            spec.commandLine().getOut().flush();
            return 0;
          });
    }

    static boolean colours(CommandSpec spec) {
      return spec.commandLine().getColorScheme().ansi().enabled();
    }
  }

  @Command(
      name = "list",
      sortOptions = false,
      description = "The providers that are set up: their keys, models and last trouble.")
  static final class ListThem implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private Common common = new Common();

    @Option(
        names = {"-a", "--all"},
        description = "Those that need but a key, too.")
    private boolean all;

    @Override
    public Integer call() throws InterruptedException {
      return common.list(spec, all);
    }
  }

  @Command(
      name = "check",
      sortOptions = false,
      description =
          "One real call of one token to each, by the keys whose turn it is. It costs next to nothing, but not nothing.")
  static final class Check implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private Common common = new Common();

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Providers to call.")
    private List<String> names = List.of();

    @Option(
        names = {"-m", "--model"},
        paramLabel = "MODEL",
        description = "The model to call (default: the cheapest that the provider lists).")
    private @Nullable String model;

    @Override
    public Integer call() throws InterruptedException {
      return common.ask(
          spec,
          gateway -> {
            JsonNode providers = gateway.get("/v1/providers?detail=true");
            List<ProviderVerdict> verdicts = new ArrayList<>();
            for (String name : names) {
              verdicts.add(check(gateway, providers, name));
            }
            for (ProviderVerdict verdict : verdicts) {
              spec.commandLine()
                  .getOut()
                  .println(common.json ? verdict.json() : verdict.line(Common.colours(spec)));
            }
            spec.commandLine().getOut().flush();
            return verdicts.stream().allMatch(ProviderVerdict::good) ? 0 : 1;
          });
    }

    private ProviderVerdict check(GatewayClient gateway, JsonNode providers, String name)
        throws ChatTrouble, InterruptedException {
      List<String> known = new ArrayList<>();
      for (JsonNode provider : providers) {
        known.add(provider.path("name").asText());
        if (provider.path("name").asText().equals(name)) {
          return provider.path("configured").asBoolean()
              ? call(gateway, provider, name)
              : ProviderVerdict.bad(
                  name,
                  "",
                  "not set up",
                  "set %s and start the gateway anew"
                      .formatted(provider.path("key_variable").asText()));
        }
      }
      List<String> near = NearNames.of(name, known);
      return ProviderVerdict.bad(
          name,
          "",
          "not known",
          near.isEmpty()
              ? "caravan providers list --all shows the known ones"
              : "did you mean " + String.join(", ", near) + "?");
    }

    private ProviderVerdict call(GatewayClient gateway, JsonNode provider, String name)
        throws ChatTrouble, InterruptedException {
      String wanted = model;
      if (wanted == null) {
        wanted =
            ProviderVerdict.cheapest(
                gateway.get("/v1/models?enriched=true&provider=" + name).path("data"));
      }
      if (wanted == null) {
        return ProviderVerdict.withoutModel(provider, name);
      }
      String body =
          "{\"model\":%s,\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
              .formatted(ProviderVerdict.quoted(wanted));
      long started = System.nanoTime();
      GatewayClient.Answer answer = gateway.send("/v1/chat/completions", body);
      long millis = (System.nanoTime() - started) / 1_000_000;
      return ProviderVerdict.of(name, wanted, millis, answer);
    }
  }
}
