package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows why a recent call went where it went. */
@Command(
    name = "why",
    description =
        "Show why a recent call went where it went: aliases, credentials that were passed over, attempts, waits, usage.",
    footerHeading = "%nExamples%n",
    footer = {
      "  caravan why                        the last calls of the gateway in this data folder",
      "  caravan why --model groq/llama-3.1-8b-instant",
      "  caravan why 8f3kd0...              one of them, by its X-Request-Id"
    })
public final class WhyCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  boolean help;

  @Mixin private AdminOptions gateway = new AdminOptions();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description = "Without an id: only calls of this model.")
  private @Nullable String model;

  @Parameters(
      arity = "0..1",
      paramLabel = "ID",
      description = "X-Request-Id of an answer; without it the last calls are listed.")
  private @Nullable String id;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    return gateway.ask(
        spec,
        admin -> {
          if (id == null) {
            JsonNode answer = admin.get("/why" + (model == null ? "" : "?model=" + encoded(model)));
            print(answer, () -> new WhyScreen(out).list(answer.path("calls")));
          } else {
            JsonNode record = admin.get("/why/" + encoded(id));
            print(record, () -> new WhyScreen(out).record(record));
          }
          return 0;
        });
  }

  private void print(JsonNode answer, Runnable forPeople) {
    if (json) {
      spec.commandLine().getOut().println(answer.toPrettyString());
    } else {
      forPeople.run();
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
