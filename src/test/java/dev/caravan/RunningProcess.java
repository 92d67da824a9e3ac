package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code caravan run} as a process of its own, with nothing of this process's environment. */
public final class RunningProcess implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("serving +http://127\\.0\\.0\\.1:(\\d+)");

  private final Process process;
  private final Path out;
  private final Path err;

  private RunningProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts it.
   *
   * @param home data folder
   * @param output folder for what it prints
   */
  public static RunningProcess start(
      Path home, Path output, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.caravan.Caravan",
                "run",
                "--home",
                home.toString()));
    command.addAll(List.of(arguments));
    if (!command.contains("--port")) {
      command.addAll(List.of("--port", "0"));
    }
    if (!command.contains("--routes")) {
      command.addAll(List.of("--routes", Path.of("routes").toAbsolutePath().toString()));
    }
    Path out = output.resolve("out.txt");
    Path err = output.resolve("err.txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.redirectInput(new File("/dev/null"));
    builder.environment().clear();
    builder.environment().put("MODEL_INFO_OFFLINE", "true"); // tests ask nobody on the network
    builder.environment().putAll(environment);
    return new RunningProcess(builder.start(), out, err);
  }

  /** Waits until it serves. */
  public int port() {
    Eventually.holds("an address is printed", () -> serves() || !process.isAlive());
    Matcher address = ADDRESS.matcher(out());
    assertThat(address.find()).as(out() + err()).isTrue();
    return Integer.parseInt(address.group(1));
  }

  private boolean serves() {
    return ADDRESS.matcher(out()).find();
  }

  /** SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** SIGHUP. */
  public void hangUp() throws IOException {
    new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).inheritIO().start();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public int exitCode() {
    try {
      boolean ended = process.waitFor(GatewayFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(ended).as("it has ended").isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What it has printed so far. */
  public String out() {
    return text(out);
  }

  /** What it has logged so far. */
  public String err() {
    return text(err);
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    exitCode();
  }
}
