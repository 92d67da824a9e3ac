package dev.caravan.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.config.Choice.LogFormat;
import dev.caravan.config.Choice.LogLevel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

class LogsTest {
  private static final Logger ROOT = Logger.getLogger("");

  private final List<Handler> handlersBefore = List.of(ROOT.getHandlers());
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @AfterEach
  void giveTheLogBack() {
    for (Handler handler : ROOT.getHandlers()) {
      ROOT.removeHandler(handler);
    }
    handlersBefore.forEach(ROOT::addHandler);
    ROOT.setLevel(Level.INFO);
    Thread.setDefaultUncaughtExceptionHandler(null);
  }

  @ParameterizedTest
  @EnumSource
  void aCanaryIsSeenInNoRecord(LogFormat format) {
    String canary = "canary \"" + UUID.randomUUID() + "\"";
    String token = "sk-" + UUID.randomUUID();
    String encoded = Base64.getEncoder().encodeToString(canary.getBytes(StandardCharsets.UTF_8));
    String inAddress = URLEncoder.encode(canary, StandardCharsets.UTF_8);
    Exception cause = new IOException("refused: " + canary);
    cause.addSuppressed(new IllegalStateException("and " + token));
    install(format, new Redaction(List.of(canary), List.of()));

    LoggerFactory.getLogger("a").info("message {} {}", canary, token);
    LoggerFactory.getLogger("b").warn("failed", new IllegalArgumentException(encoded, cause));
    Logger.getLogger("c").log(Level.SEVERE, "old style {0} {1}", new Object[] {inAddress, token});
    Logger.getLogger("d").log(Level.INFO, "line\n" + canary + "\u001b[2J");

    assertThat(text())
        .contains("message …", "failed", "IOException: refused: …", "old style …", "line")
        .doesNotContain(token.substring(3))
        .doesNotContain(canary.substring(8, 44))
        .doesNotContain(encoded.substring(0, 40));
  }

  @Test
  void withoutTheMasksTheCanaryWouldBeSeen() {
    install(LogFormat.TEXT, new Redaction(List.of(), List.of()));

    LoggerFactory.getLogger("a").info("message {}", "a-secret-of-no-shape");

    assertThat(text()).contains("a-secret-of-no-shape");
  }

  @Test
  void aTextRecordIsShort() {
    install(LogFormat.TEXT);

    LoggerFactory.getLogger("dev.caravan.pool.Pools").warn("no credential is {}", "free");

    assertThat(text())
        .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARN  pool\\.Pools  no credential is free\n");
  }

  @Test
  void aTextRecordCannotForgeAnotherNorPaintTheTerminal() {
    install(LogFormat.TEXT);

    LoggerFactory.getLogger("x").info("one\n12:00:00.000 ERROR y  forged\r\u001b[2J");

    assertThat(text().lines()).hasSize(2).last().isEqualTo("    12:00:00.000 ERROR y  forged?[2J");
  }

  @Test
  void coloursAreOnlyForTerminals() {
    Redaction redaction = new Redaction(List.of(), List.of());
    Logs.install(out(), Logs.lines(LogFormat.TEXT, redaction, true));

    LoggerFactory.getLogger("x").warn("words");

    assertThat(text()).contains("\u001b[33mWARN\u001b[0m").endsWith("  words\n");
  }

  @Test
  void aJsonRecordIsOneObjectOnOneLine() throws IOException {
    install(LogFormat.JSON);

    LoggerFactory.getLogger("dev.caravan.pool.Pools")
        .error("say \"hi\"\n\u0001\uD800", new IOException("broken"));

    assertThat(text().lines()).hasSize(1);
    JsonNode json = new ObjectMapper().readTree(text());
    assertThat(json.path("ts").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
    assertThat(json.path("level").asText()).isEqualTo("ERROR");
    assertThat(json.path("logger").asText()).isEqualTo("dev.caravan.pool.Pools");
    assertThat(json.path("msg").asText()).isEqualTo("say \"hi\"\n\u0001\uD800");
    assertThat(json.path("error").asText()).startsWith("java.io.IOException: broken\n\tat ");
  }

  @Test
  void thereIsNoOtherHandler() {
    install(LogFormat.TEXT);
    install(LogFormat.TEXT);

    assertThat(ROOT.getHandlers()).hasSize(1);
  }

  @Test
  void librariesAreQuietUntilSomebodyLooksForAFault() {
    Logs logs = install(LogFormat.TEXT);

    logs.level(LogLevel.INFO);
    LoggerFactory.getLogger("org.apache.camel.Main").info("hidden");
    LoggerFactory.getLogger("org.apache.camel.Main").warn("shown 1");
    LoggerFactory.getLogger("dev.caravan.X").info("shown 2");
    LoggerFactory.getLogger("dev.caravan.X").debug("hidden");
    logs.level(LogLevel.DEBUG);
    LoggerFactory.getLogger("io.netty.X").debug("shown 3");
    logs.level(LogLevel.ERROR);
    LoggerFactory.getLogger("io.vertx.X").warn("hidden");

    assertThat(text()).contains("shown 1", "shown 2", "shown 3").doesNotContain("hidden");
  }

  @Test
  void anUncaughtExceptionGoesThroughTheMasksAsWell() throws InterruptedException {
    install(LogFormat.TEXT, new Redaction(List.of("a-secret-of-no-shape"), List.of()));

    Thread thread =
        Thread.ofPlatform()
            .name("worker")
            .start(
                () -> {
                  throw new IllegalStateException("with a-secret-of-no-shape");
                });
    thread.join();

    assertThat(text())
        .contains("ERROR", "thread worker ended", "IllegalStateException: with …")
        .doesNotContain("a-secret-of-no-shape");
  }

  private Logs install(LogFormat format) {
    return install(format, new Redaction(List.of(), List.of()));
  }

  private Logs install(LogFormat format, Redaction redaction) {
    return Logs.install(out(), Logs.lines(format, redaction, false));
  }

  private PrintStream out() {
    return new PrintStream(written, true, StandardCharsets.UTF_8);
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
