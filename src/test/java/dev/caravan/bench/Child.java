package dev.caravan.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server that was started here, and that is stopped by its own id, whatever happens. */
final class Child implements AutoCloseable {
  private final String name;
  private final Path log;
  private final Process process;
  private final Thread atExit;

  private Child(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.atExit = new Thread(this::stop);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts a server that has nothing of this environment but the search path and the home folder:
   * keys and proxies that happen to be set here would change what is measured.
   *
   * @param log gets what it prints
   */
  static Child start(String name, List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> inherited = new HashMap<>(builder.environment());
    builder.environment().clear();
    for (String kept : List.of("PATH", "HOME", "JAVA_HOME", "LANG")) {
      if (inherited.containsKey(kept)) {
        builder.environment().put(kept, inherited.get(kept));
      }
    }
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    return new Child(name, log, process);
  }

  /** A port that nobody listens on just now. */
  static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return probe.getLocalPort();
    }
  }

  ProcessTree processes() {
    return new ProcessTree(process.pid());
  }

  /** Asks until there is an answer. */
  void awaitAnswer(Address address, String model, int patienceSeconds)
      throws IOException, InterruptedException {
    byte[] request = Client.chat(address, model, false, 10);
    long end = System.nanoTime() + patienceSeconds * 1_000_000_000L;
    String last = "no connection";
    while (System.nanoTime() - end < 0) {
      if (!process.isAlive()) {
        throw new IOException(name + " ended by itself, see " + log);
      }
      try (Client client = new Client(address.port())) {
        Client.Answer answer = client.ask(request);
        if (answer.status() == 200) {
          return;
        }
        last = "status " + answer.status();
      } catch (IOException notYet) {
        last = String.valueOf(notYet.getMessage());
      }
      Thread.sleep(5);
    }
    throw new IOException(
        "%s gives no answer within %d s (%s), see %s".formatted(name, patienceSeconds, last, log));
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException onItsWay) {
      // the hook runs or has run
    }
  }

  private void stop() {
    List<ProcessHandle> family = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
    family.forEach(ProcessHandle::destroyForcibly);
  }
}
