package dev.caravan.client.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.cli.LocalVendors;
import dev.caravan.cli.cred.CredCommand;
import dev.caravan.mock.MockLogin;
import dev.caravan.mock.ReceivedRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * A vendor of subscriptions on this machine: the catalogue's provider with no more changed than the
 * hosts that it asks, an identity provider to log in at, and the mock as its back end.
 *
 * @param model with drills of the mock, {@code %s} stands for them
 * @param toolWords drills with which it calls a tool
 */
record LocalVendor(String name, String model, String toolWords) {
  static Stream<LocalVendor> all() {
    return Stream.of(
        new LocalVendor("gemini_cli", "gemini-2.5-pro%s", "-tool-2x0ms"),
        // a Claude that thinks may only go on with what it has thought
        new LocalVendor("antigravity", "claude-opus-4.5%s", "-think-tool-2x0ms"),
        new LocalVendor("openai_codex", "gpt-5.5%s", "-tool-2x0ms"),
        new LocalVendor("qwen_code", "qwen3-max%s", "-tool-2x0ms"),
        new LocalVendor("iflow", "kimi-k2%s", "-tool-2x0ms"));
  }

  private static final Pattern ADDRESS = Pattern.compile("http://127\\S+\\?\\S+");

  String stem() {
    return name.toUpperCase(Locale.ROOT);
  }

  String model(String words) {
    return name + "/" + model.formatted(words);
  }

  /** Sets the gateway up for it, and the data folder for logins. */
  void provide(GatewayFixture gateway, MockLogin login) {
    login.resourceUrl(gateway.mockAddress() + "/v1");
    login.pendingPolls(0);
    gateway
        .withRouteFile(
            "providers/" + name + ".yaml",
            LocalVendors.file(name, login.url(), gateway.mockAddress()))
        .with("ACME_API_BASE", gateway.mock().baseUrl());
    try {
      Files.writeString(
          gateway.home().resolve(".env"),
          """
          %1$s_OAUTH_CLIENT_ID=caravan-test
          %1$s_OAUTH_CLIENT_SECRET=a-secret-of-the-vendor
          %1$s_OAUTH_PORT=0
          ANTIGRAVITY_ENABLED=true
          """
              .formatted(stem()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    gateway.mock().record(true);
  }

  /** Somebody logs in, as a person types it, and agrees in a browser that may be anywhere. */
  void logIn(GatewayFixture gateway, MockLogin login, String who, String... options) {
    login.user(who);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = new CommandLine(new CredCommand());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err, true));
    Path home = gateway.home();
    List<String> words = new ArrayList<>(List.of("login", name, "--no-browser", "--force"));
    words.addAll(List.of("--label", who, "--home", home.toString()));
    words.addAll(List.of("--routes", home.resolve("routes").toString()));
    words.addAll(List.of(options));
    CompletableFuture<Void> person =
        CompletableFuture.runAsync(
            () -> {
              Eventually.holds("an address", () -> ADDRESS.matcher(out.toString()).find());
              Matcher address = ADDRESS.matcher(out.toString());
              assertThat(address.find()).isTrue();
              HttpResponse<String> agreed = get(address.group());
              agreed.headers().firstValue("location").ifPresent(LocalVendor::get);
            },
            // the JDK's client ends its answers in the common pool, which must not wait for a
            // person
            task -> Thread.ofVirtual().start(task));
    int code = line.execute(words.toArray(String[]::new));
    assertThat(code).as("%s%s", out, err).isZero();
    assertThat(person).as(out::toString).succeedsWithin(GatewayFixture.PATIENCE);
  }

  private static HttpResponse<String> get(String address) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(address)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The requests for an answer that its back end got. */
  List<ReceivedRequest> calls(GatewayFixture gateway) {
    Predicate<String> isOne =
        path ->
            path.contains("streamGenerateContent")
                || path.endsWith("/chat/completions")
                || path.endsWith("/responses");
    return gateway.mock().requests().stream().filter(r -> isOne.test(r.path())).toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
