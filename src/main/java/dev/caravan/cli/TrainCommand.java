package dev.caravan.cli;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import dev.caravan.mock.MockProvider;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code caravan train}: the run that an AOT cache is made of. It starts {@code caravan run} in a
 * JVM of its own by the given command, so that the cache holds what serving needs and neither the
 * mock nor the clients of this process, plays calls to it, and stops it as an operator would. Exit
 * codes: 0, or 1 when the gateway did not start, a call was not answered as it should be or the
 * gateway did not end well.
 */
@Command(
    name = "train",
    hidden = true,
    description = "Rehearses calls against the mock, for the JVM to learn from.")
public final class TrainCommand implements Callable<Integer> {
  private static final String KEY = "sk-rehearsal-only-0";
  private static final String SERVING = "serving";

  /** What a process needs of its surroundings; the rest could be settings of a gateway. */
  private static final Set<String> KEPT = Set.of("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL");

  private static final Duration ENDING = Duration.ofMinutes(3);

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How long (default: ${DEFAULT-VALUE}).")
  private int seconds = 5;

  @Parameters(
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "Starts Caravan: java, its options and -jar caravan.jar.")
  private List<String> command = List.of();

  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Path home = Files.createTempDirectory("caravan-train");
    Vertx vertx = Vertx.vertx();
    try (MockProvider mock = MockProvider.start(vertx, "127.0.0.1", 0)) {
      Path env = Files.createFile(home.resolve(".env"), asFileAttribute(fromString("rw-------")));
      Files.writeString(env, settings(mock.baseUrl()));
      int calls = rehearse(home);
      out().println(calls + " calls rehearsed");
      return 0;
    } catch (IOException e) {
      spec.commandLine().getErr().println("train: " + e.getMessage());
      return 1;
    } finally {
      vertx.close();
      delete(home);
    }
  }

  private int rehearse(Path home) throws IOException, InterruptedException {
    Process gateway = start(home);
    try (BufferedReader lines = gateway.inputReader();
        Rehearsal rehearsal = new Rehearsal(address(lines), KEY)) {
      // an unread pipe would stop the gateway
      Thread reader = Thread.startVirtualThread(() -> lines.lines().forEach(out()::println));
      int calls = rehearsal.run(Duration.ofSeconds(seconds));
      // Process.destroy would close the pipes too, on which the JVM tells of the cache it writes
      gateway.toHandle().destroy();
      if (!gateway.waitFor(ENDING.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("the gateway has not ended after " + ENDING.toSeconds() + " s");
      }
      reader.join();
      if (gateway.exitValue() != 0) {
        throw new IOException("the gateway ended with exit code " + gateway.exitValue());
      }
      return calls;
    } finally {
      gateway.destroyForcibly();
    }
  }

  private Process start(Path home) throws IOException {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of("run", "--home", home.toString(), "--log-level", "WARN"));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().keySet().retainAll(KEPT);
    return builder.start();
  }

  /** Reads on until the greeting says where the gateway serves. */
  private URI address(BufferedReader lines) throws IOException {
    @Nullable String line = lines.readLine();
    while (line != null) {
      out().println(line);
      if (line.strip().startsWith(SERVING)) {
        return URI.create(line.strip().substring(SERVING.length()).strip());
      }
      line = lines.readLine();
    }
    throw new IOException("the gateway did not start");
  }

  /** Zero is not what gateways are started with, and takes other ways through the code. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static String settings(String mock) throws IOException {
    Map<String, String> settings =
        Map.ofEntries(
            Map.entry("HOST", "127.0.0.1"),
            Map.entry("PORT", String.valueOf(freePort())),
            Map.entry("MANAGEMENT_PORT", String.valueOf(freePort())),
            Map.entry("PROXY_API_KEY", KEY),
            // one key that works, one that is limited again and again, one that is revoked
            Map.entry("STEADY_API_BASE", mock),
            Map.entry("STEADY_API_KEY_1", "sk-good-1"),
            Map.entry("STEADY_API_KEY_2", "sk-rl1-1"),
            Map.entry("STEADY_API_KEY_3", "sk-bad-1"),
            Map.entry("STEADY_API_KEY_4", "sk-good-2"),
            Map.entry("WEARY_API_BASE", mock),
            Map.entry("WEARY_API_KEY_1", "sk-500-1"),
            Map.entry("WEARY_API_KEY_2", "sk-drop0-1"));
    StringBuilder lines = new StringBuilder();
    settings.forEach((name, value) -> lines.append(name).append('=').append(value).append('\n'));
    return lines.toString();
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
