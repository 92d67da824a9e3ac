package dev.caravan.cli;

import dev.caravan.mock.DrillDoc;
import dev.caravan.mock.Drills;
import dev.caravan.mock.MockLogin;
import dev.caravan.mock.MockProvider;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code caravan mock}: runs the stand-in provider until it is interrupted. Exit codes: 0 after an
 * interrupt, 4 when the port cannot be had.
 */
@NullMarked
@Command(
    name = "mock",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs a stand-in provider that answers, streams and fails as its model says.")
public final class MockCommand implements Callable<Integer> {
  private static final int PORT_IN_USE = 4;
  private static final int TOKEN_WIDTH = 16;
  private static final int LINE_WIDTH = 78;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "9100",
      description = "Port to listen on, 0 for any free one (default: ${DEFAULT-VALUE}).")
  private int port = 9100;

  @Option(
      names = "--login-port",
      paramLabel = "PORT",
      description = "Also run an identity provider to log in at, on this port.")
  private @Nullable Integer loginPort;

  @Option(
      names = "--rehearse",
      paramLabel = "FOLDER",
      description =
          "With --login-port: write files of the providers that people log in at into this folder, which ask this mock instead of their vendors (docs/oauth.md).")
  private @Nullable Path rehearse;

  @Option(names = "--quiet", description = "Print the base URL and nothing else.")
  private boolean quiet;

  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Spec
  void setSpec(CommandSpec spec) {
    this.spec = spec;
    spec.usageMessage().footer(footer().toArray(String[]::new));
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Vertx vertx = Vertx.vertx();
    try (MockProvider mock = MockProvider.start(vertx, host, port);
        MockLogin login = loginPort == null ? null : MockLogin.start(loginPort)) {
      out.println(quiet ? mock.baseUrl() : welcome(mock.baseUrl()));
      if (login != null) {
        login.resourceUrl(mock.baseUrl());
        if (rehearse != null) {
          String service = mock.baseUrl().replaceFirst("/v1$", "");
          LocalVendors.write(rehearse, login.url(), service)
              .forEach(file -> out.println("Wrote " + file));
        }
        out.println(
            "Identity provider at " + login.url() + ": /authorize, /device, /token, /userinfo");
      }
      out.flush();
      new CountDownLatch(1).await();
      return 0;
    } catch (InterruptedException e) {
      return 0;
    } catch (IOException e) {
      spec.commandLine().getErr().println(e.getMessage() + "; choose another with --port");
      return PORT_IN_USE;
    } finally {
      vertx.close();
    }
  }

  private static String welcome(String url) {
    return """
    Mock provider at %1$s, Ctrl-C ends it.

      curl -N %1$s/chat/completions -H 'authorization: Bearer sk-good-1' \\
        -d '{"model":"mock-50x20ms","stream":true,"messages":[{"role":"user","content":"hi"}]}'

    Words in the model or the key say how it behaves; caravan mock --help lists them."""
        .formatted(url);
  }

  private static List<String> footer() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("Words that say how it behaves, in the model's name or in the API key, divided by");
    lines.add("one of - _ . / : as in mock-50x20ms-drop5 or sk-rl7-1:");
    for (DrillDoc doc : Drills.docs()) {
      addRow(doc, lines);
    }
    // picocli takes footers for formats
    lines.replaceAll(line -> line.replace("%", "%%"));
    return lines;
  }

  private static void addRow(DrillDoc doc, List<String> lines) {
    String indent = "  " + " ".repeat(TOKEN_WIDTH);
    var line = new StringBuilder("  ").append(doc.token());
    line.append(" ".repeat(TOKEN_WIDTH - doc.token().length()));
    for (String word : doc.meaning().split(" ", -1)) {
      if (line.length() + word.length() > LINE_WIDTH) {
        lines.add(line.toString().stripTrailing());
        line = new StringBuilder(indent);
      }
      line.append(word).append(' ');
    }
    lines.add(line.toString().stripTrailing());
  }
}
