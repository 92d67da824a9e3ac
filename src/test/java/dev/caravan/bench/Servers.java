package dev.caravan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** How the mock, nginx and the gateway are started. */
final class Servers {
  static final String CLIENT_KEY = "sk-bench-client-0123456789";
  private static final List<String> UPSTREAM_KEYS =
      List.of("sk-good-1", "sk-good-2", "sk-good-3", "sk-good-4");
  private static final String MOCK_KEY = UPSTREAM_KEYS.getFirst();

  private final Path root;
  private final Path scratch;
  private final Path logs;

  /**
   * @param root of the repository
   * @param scratch folder for configuration files
   * @param logs folder for what the servers print
   */
  Servers(Path root, Path scratch, Path logs) {
    this.root = root;
    this.scratch = scratch;
    this.logs = logs;
  }

  /** A started server that has answered once. */
  record Server(Child child, Address address, double startSeconds) implements AutoCloseable {
    ProcessTree processes() {
      return child.processes();
    }

    @Override
    public void close() {
      child.close();
    }
  }

  Server mock() throws IOException, InterruptedException {
    int port = Child.freePort();
    List<String> command = java("-Xmx256m");
    command.addAll(List.of("mock", "--quiet", "--port", Integer.toString(port)));
    return started("mock", command, Map.of(), new Address(port, MOCK_KEY, ""));
  }

  Server gateway(int mockPort) throws IOException, InterruptedException {
    return gateway(mockPort, Map.of());
  }

  /**
   * The same with more in its environment, in a data folder that nobody has used.
   *
   * @param more variables
   */
  Server gateway(int mockPort, Map<String, String> more) throws IOException, InterruptedException {
    int port = Child.freePort();
    Map<String, String> environment = new TreeMap<>(more);
    environment.put("PROXY_API_KEY", CLIENT_KEY);
    environment.put("MOCK_API_BASE", "http://127.0.0.1:" + mockPort + "/v1");
    for (int i = 0; i < UPSTREAM_KEYS.size(); i++) {
      environment.put("MOCK_API_KEY_" + (i + 1), UPSTREAM_KEYS.get(i));
    }
    List<String> command = launcher();
    command.addAll(List.of("run", "--host", "127.0.0.1", "--port", Integer.toString(port)));
    command.addAll(List.of("--home", home(more).toString()));
    return started("gateway", command, environment, new Address(port, CLIENT_KEY, "mock/"));
  }

  /** Whether the start has an AOT cache to read, as far as can be seen from outside. */
  boolean usesLauncher() {
    return Files.isExecutable(root.resolve("caravan"));
  }

  static Optional<Path> nginxProgram() {
    return Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(":")),
            Stream.of("/usr/sbin", "/usr/local/sbin"))
        .map(folder -> Path.of(folder, "nginx"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** A plain reverse proxy: checks the client's key, picks an upstream key by chance, no more. */
  Server nginx(Path program, int mockPort) throws IOException, InterruptedException {
    int port = Child.freePort();
    Path folder = Files.createDirectories(scratch.resolve("nginx"));
    Path file = folder.resolve("nginx.conf");
    Files.writeString(file, nginxConfiguration(folder, port, mockPort));
    List<String> command =
        List.of(program.toString(), "-p", folder.toString(), "-c", file.toString());
    return started("nginx", command, Map.of(), new Address(port, CLIENT_KEY, ""));
  }

  private static String nginxConfiguration(Path folder, int port, int mockPort) {
    StringBuilder keys = new StringBuilder();
    int share = 100 / UPSTREAM_KEYS.size();
    for (String key : UPSTREAM_KEYS.subList(1, UPSTREAM_KEYS.size())) {
      keys.append("%d%% %s; ".formatted(share, key));
    }
    keys.append("* ").append(UPSTREAM_KEYS.getFirst()).append(';');
    return """
        daemon off;
        worker_processes %1$d;
        pid %2$s/pid;
        error_log stderr crit;
        events { worker_connections 8192; }
        http {
          access_log off;
          keepalive_requests 1000000000;
          client_max_body_size 64m;
          client_body_buffer_size 1m;
          client_body_temp_path %2$s/body;
          proxy_temp_path %2$s/proxy;
          fastcgi_temp_path %2$s/fastcgi;
          uwsgi_temp_path %2$s/uwsgi;
          scgi_temp_path %2$s/scgi;
          split_clients $request_id $upstream_key { %3$s }
          upstream provider {
            server 127.0.0.1:%4$d;
            keepalive 1024;
            keepalive_requests 1000000000;
          }
          server {
            listen 127.0.0.1:%5$d backlog=4096;
            location / {
              if ($http_authorization != "Bearer %6$s") { return 401; }
              proxy_pass http://provider;
              proxy_http_version 1.1;
              proxy_buffering off;
              proxy_set_header Connection "";
              proxy_set_header Authorization "Bearer $upstream_key";
            }
          }
        }
        """
        .formatted(
            Runtime.getRuntime().availableProcessors(), folder, keys, mockPort, port, CLIENT_KEY);
  }

  private Server started(
      String name, List<String> command, Map<String, String> environment, Address address)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Child child = Child.start(name, command, environment, logs.resolve(name + ".log"));
    try {
      child.awaitAnswer(address, "mock-1", 180);
    } catch (IOException | InterruptedException e) {
      child.close();
      throw e;
    }
    return new Server(child, address, (System.nanoTime() - begun) / 1e9);
  }

  /** As an operator starts it. */
  private List<String> launcher() {
    return usesLauncher()
        ? new ArrayList<>(List.of(root.resolve("caravan").toString()))
        : java("-Xmx256m", "-XX:+UseCompactObjectHeaders");
  }

  private List<String> java(String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(List.of(options));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Dcaravan.install=" + root);
    command.add("-jar");
    command.add(root.resolve("target/caravan.jar").toString());
    return command;
  }

  private Path home(Map<String, String> more) throws IOException {
    return more.isEmpty()
        ? Files.createDirectories(scratch.resolve("home"))
        : Files.createTempDirectory(scratch, "home");
  }
}
