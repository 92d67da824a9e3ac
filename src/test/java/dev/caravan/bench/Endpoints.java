package dev.caravan.bench;

import static dev.caravan.bench.Target.figure;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.caravan.bench.Servers.Server;
import dev.caravan.provider.Catalogue;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Measures what is no chat: the list of models, counting of tokens, embeddings that are joined, and
 * a start with every provider set up; started by {@code bench/endpoints} in the root of the
 * repository. Prints the table and writes it into {@code docs/performance.md} unless it was quick.
 * Exit codes: 0 all targets met, 1 one missed, 2 wrong usage.
 */
public final class Endpoints {
  private static final Path PAGE = Path.of("docs/performance.md");
  private static final int MODELS = 5_000;
  private static final int CALLERS = 64;
  private static final int TEXT = 100 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final boolean quick;
  private final Servers servers;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Row> rows = new ArrayList<>();

  /** One line of the table. */
  private record Row(String what, String limit, String measured, boolean judged, boolean met) {
    static Row of(String what, double value, double limit, String unit) {
      return new Row(
          what,
          "≤ " + trimmed(limit) + " " + unit,
          figure(value) + " " + unit,
          true,
          value <= limit);
    }

    static Row shown(String what, double value, String unit) {
      return new Row(what, "", figure(value) + " " + unit, false, true);
    }

    private static String trimmed(double limit) {
      return limit == Math.rint(limit) ? Long.toString((long) limit) : Double.toString(limit);
    }
  }

  /** Latencies in milliseconds. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Times(double[] sorted) {
    static Times of(List<Long> nanos) {
      return new Times(nanos.stream().mapToDouble(n -> n / 1e6).sorted().toArray());
    }

    double at(double share) {
      return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * (sorted.length - 1)))];
    }
  }

  private Endpoints(boolean quick, Servers servers) {
    this.quick = quick;
    this.servers = servers;
  }

  public static void main(String[] arguments) throws Exception {
    List<String> options = List.of(arguments);
    if (!List.of("--quick").containsAll(options)) {
      System.err.println("usage: bench/endpoints [--quick]");
      System.exit(2);
    }
    boolean quick = options.contains("--quick");
    Path logs = Files.createDirectories(Path.of("bench/results")).toAbsolutePath();
    Path scratch = Files.createTempDirectory("caravan-bench");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(scratch)));
    Endpoints bench =
        new Endpoints(quick, new Servers(Path.of("").toAbsolutePath(), scratch, logs));
    bench.measure();
    String page = bench.page();
    System.out.println(page);
    if (!quick) {
      new Section("endpoints").write(PAGE, page);
      System.out.println("written to " + PAGE);
    }
    System.exit(bench.rows.stream().allMatch(Row::met) ? 0 : 1);
  }

  private void measure() throws Exception {
    HttpServer lists = listing();
    try (Server mock = servers.mock()) {
      Map<String, String> environment = new TreeMap<>();
      environment.put("MODEL_INFO_OFFLINE", "true");
      environment.put("BIG_API_BASE", "http://127.0.0.1:" + lists.getAddress().getPort() + "/v1");
      environment.put("BIG_API_KEY", "sk-big-1");
      environment.put("BIG_COST", "table");
      environment.put("EMBEDDING_BATCH_ENABLED", "true");
      try (Server gateway = servers.gateway(mock.address().port(), environment)) {
        models(gateway);
        counting(gateway);
        embeddings(mock, gateway);
      }
      starts(mock);
    } finally {
      lists.stop(0);
    }
  }

  // ---- GET /v1/models

  /** A provider of 5,000 models, those of the tables first: each of them has facts. */
  private static HttpServer listing() throws IOException {
    List<String> known;
    try (InputStream packed =
        Files.newInputStream(Path.of("src/main/resources/model-info/snapshot.tsv.gz"))) {
      known =
          new String(new GZIPInputStream(packed).readAllBytes(), UTF_8)
              .lines()
              .map(line -> line.split("\t", 2)[0])
              .filter(name -> name.contains("/"))
              .limit(MODELS)
              .toList();
    }
    byte[] body =
        Stream.concat(
                known.stream(),
                IntStream.range(known.size(), MODELS).mapToObj(i -> "vendor/model-" + i))
            .map(name -> "{\"id\":\"" + name + "\",\"object\":\"model\",\"created\":1760000000}")
            .collect(Collectors.joining(",", "{\"object\":\"list\",\"data\":[", "]}"))
            .getBytes(UTF_8);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.createContext(
        "/v1/models",
        exchange -> {
          exchange.getResponseHeaders().set("content-type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private void models(Server gateway) throws Exception {
    String tag = "";
    int listed = 0;
    for (int i = 0; i < 200 && listed < MODELS; i++) {
      var answer = get(gateway, "/v1/models");
      tag = answer.headers().firstValue("etag").orElse("");
      listed = JSON.readTree(answer.body()).path("data").size();
      Thread.sleep(50);
    }
    if (listed < MODELS) {
      throw new IOException("the gateway lists " + listed + " models of " + MODELS);
    }
    rows.add(
        Row.of(
            "`GET /v1/models`, %,d models with prices, packed: CPU".formatted(listed),
            cpuMillis(gateway, head(gateway, "accept-encoding: gzip")),
            3,
            "ms"));
    rows.add(
        Row.of(
            "the same as it is, not packed: CPU",
            cpuMillis(gateway, head(gateway, "accept: */*")),
            3,
            "ms"));
    rows.add(
        Row.of(
            "the same for a client that has it already (304): CPU",
            cpuMillis(gateway, head(gateway, "if-none-match: " + tag)),
            3,
            "ms"));
  }

  private static byte[] head(Server gateway, String header) {
    return "GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1:%d\r\nauthorization: Bearer %s\r\n%s\r\n\r\n"
        .formatted(gateway.address().port(), Servers.CLIENT_KEY, header)
        .getBytes(UTF_8);
  }

  /** Processor time of one answer, over many. */
  private double cpuMillis(Server gateway, byte[] request) throws IOException {
    int count = quick ? 100 : 1_000;
    try (Client client = new Client(gateway.address().port())) {
      for (int i = 0; i < count / 2; i++) {
        client.ask(request);
      }
      double before = gateway.processes().cpuSeconds();
      for (int i = 0; i < count; i++) {
        int status = client.ask(request).status();
        if (status != 200 && status != 304) {
          throw new IOException("status " + status);
        }
      }
      return (gateway.processes().cpuSeconds() - before) * 1000 / count;
    }
  }

  // ---- POST /v1/token-count

  private void counting(Server gateway) throws Exception {
    String words = "Which pattern splits a message, and who puts it together again? ";
    String text = words.repeat(TEXT / words.length() + 1).substring(0, TEXT);
    for (String model : List.of("mock/gpt-4o", "mock/claude-sonnet-4-5")) {
      byte[] request =
          gateway
              .address()
              .post("/v1/token-count", "{\"model\":\"%s\",\"text\":\"%s\"}".formatted(model, text))
              .getBytes(UTF_8);
      Times times = times(gateway, request, quick ? 50 : 300);
      rows.add(
          Row.of(
              "`POST /v1/token-count`, 100 KB for %s: p50".formatted(model),
              times.at(0.5),
              15,
              "ms"));
      rows.add(Row.shown("the same: p99", times.at(0.99), "ms"));
    }
  }

  private static Times times(Server gateway, byte[] request, int count) throws IOException {
    List<Long> nanos = new ArrayList<>();
    try (Client client = new Client(gateway.address().port())) {
      for (int i = 0; i < count / 3 + count; i++) {
        long begun = System.nanoTime();
        Client.Answer answer = client.ask(request);
        if (answer.status() != 200) {
          throw new IOException("status " + answer.status() + " " + answer.body());
        }
        if (i >= count / 3) {
          nanos.add(System.nanoTime() - begun);
        }
      }
    }
    return Times.of(nanos);
  }

  // ---- POST /v1/embeddings

  private void embeddings(Server mock, Server joined) throws Exception {
    try (Server alone =
        servers.gateway(mock.address().port(), Map.of("MODEL_INFO_OFFLINE", "true"))) {
      Embedded one = embed(mock, alone);
      Embedded many = embed(mock, joined);
      double fewer = (double) one.upstreamCalls() / many.upstreamCalls();
      rows.add(
          new Row(
              "`POST /v1/embeddings`, %d at a time, joined: fewer upstream calls"
                  .formatted(CALLERS),
              "≥ 5 x",
              figure(fewer) + " x",
              true,
              fewer >= 5));
      rows.add(
          Row.of(
              "the same: added to the p50 of requests that go alone",
              Math.max(0, many.times().at(0.5) - one.times().at(0.5)),
              20,
              "ms"));
      rows.add(Row.shown("the same: p50 alone", one.times().at(0.5), "ms"));
      rows.add(Row.shown("the same: p50 joined", many.times().at(0.5), "ms"));
      rows.add(Row.shown("the same: p99 alone", one.times().at(0.99), "ms"));
      rows.add(Row.shown("the same: p99 joined", many.times().at(0.99), "ms"));
    }
  }

  private record Embedded(long upstreamCalls, Times times) {}

  private Embedded embed(Server mock, Server gateway) throws Exception {
    int rounds = quick ? 20 : 100;
    byte[] request =
        gateway
            .address()
            .post(
                "/v1/embeddings",
                "{\"model\":\"mock/mock-ttft20\",\"input\":\"Which pattern splits a message?\"}")
            .getBytes(UTF_8);
    callers(gateway, request, rounds / 2);
    send(mock, "/__reset");
    List<Long> nanos = callers(gateway, request, rounds);
    return new Embedded(
        JSON.readTree(get(mock, "/__stats").body()).path("total").asLong(), Times.of(nanos));
  }

  private static List<Long> callers(Server gateway, byte[] request, int rounds) throws Exception {
    List<Long> nanos = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Long>>> running = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        running.add(threads.submit(() -> caller(gateway, request, rounds)));
      }
      for (Future<List<Long>> one : running) {
        nanos.addAll(one.get());
      }
    }
    return nanos;
  }

  private static List<Long> caller(Server gateway, byte[] request, int rounds) throws IOException {
    List<Long> nanos = new ArrayList<>();
    try (Client client = new Client(gateway.address().port())) {
      for (int i = 0; i < rounds; i++) {
        long begun = System.nanoTime();
        Client.Answer answer = client.ask(request);
        nanos.add(System.nanoTime() - begun);
        if (answer.status() != 200) {
          throw new IOException("status " + answer.status() + " " + answer.body());
        }
      }
    }
    return nanos;
  }

  // ---- starts

  private void starts(Server mock) throws Exception {
    Map<String, String> everybody = everybody();
    int count = quick ? 3 : 7;
    double[] seconds = new double[count];
    for (int i = 0; i < count; i++) {
      try (Server gateway = servers.gateway(mock.address().port(), everybody)) {
        seconds[i] = gateway.startSeconds();
      }
    }
    Arrays.sort(seconds);
    rows.add(
        Row.of(
            "start to first answer, %d providers set up: median of %d"
                .formatted(Catalogue.bundled().entries().size() + 1, count),
            seconds[count / 2],
            0.8,
            "s"));
  }

  /** A key for everyone in the catalogue, and what else their addresses need. */
  private static Map<String, String> everybody() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("MODEL_INFO_OFFLINE", "true");
    for (Catalogue.Entry entry : Catalogue.bundled().entries()) {
      environment.put(
          entry.name().toUpperCase(Locale.ROOT) + "_API_KEY", "sk-bench-" + entry.name());
      for (String variable : entry.needs()) {
        environment.put(variable, variable.endsWith("_BASE") ? "http://127.0.0.1:9/v1" : "bench");
      }
    }
    return environment;
  }

  // ---- the rest

  private java.net.http.HttpResponse<String> get(Server server, String path) throws Exception {
    return http.send(request(server, path).GET().build(), BodyHandlers.ofString());
  }

  private void send(Server server, String path) throws Exception {
    http.send(
        request(server, path).POST(HttpRequest.BodyPublishers.noBody()).build(),
        BodyHandlers.discarding());
  }

  private static HttpRequest.Builder request(Server server, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().port() + path))
        .header("authorization", "Bearer " + Servers.CLIENT_KEY);
  }

  private String page() throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(Machine.here().describe(quick ? "bench/endpoints --quick" : "bench/endpoints"))
        .append("\n\n| what | limit | measured | |\n|---|---|---|---|\n");
    for (Row row : rows) {
      text.append(
          "| %s | %s | %s | %s |\n"
              .formatted(
                  row.what(),
                  row.limit(),
                  row.measured(),
                  row.judged() ? (row.met() ? "met" : "**missed**") : ""));
    }
    return text.append('\n').toString();
  }

  private static void delete(Path folder) {
    try (Stream<Path> inside = Files.walk(folder)) {
      inside.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      System.err.println("bench: " + folder + " is left behind: " + e.getMessage());
    }
  }
}
