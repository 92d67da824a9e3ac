package dev.caravan.reload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.ClientAnswer;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The admin surface of the routes, and the sets that were live before. */
class RouteHistoryTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  private RouteFolder routes;

  @BeforeEach
  void copyRoutes(@TempDir Path folder) throws IOException {
    routes = RouteFolder.copyOf(Path.of("routes"), folder.resolve("routes"));
    gateway
        .withKeys("sk-good-1")
        .withAdmin()
        .with("ROUTES_QUIET_TIME", "0.05")
        .withRoutes(routes.path());
  }

  private void answers(String words) {
    routes.write("own.yaml", ReloadTest.answering("hello", words));
  }

  private String asked() {
    return gateway.client().get("/hello").body();
  }

  private JsonNode admin(String method, String path, int status) {
    ClientAnswer answer = gateway.admin().call(method, "/admin" + path);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aChangedFileIsTakenOverByItself() {
    answers("one");
    gateway.gateway().watchRoutes();
    answers("two");

    Eventually.holds("it serves", () -> asked().equals("two"));
    Eventually.holds(
        "it is told",
        () -> gateway.logged().stream().anyMatch(line -> line.contains("routes: live after")));
  }

  @Test
  void aBrokenFileIsToldInTheLogAndByTheAdminSurface() {
    gateway.expectErrors();
    answers("one");
    gateway.gateway().watchRoutes();
    routes.write("own.yaml", "- rout: {}\n");

    Eventually.holds(
        "it is told",
        () -> gateway.logged().stream().anyMatch(line -> line.contains("routes/own.yaml:1:3:")));
    JsonNode status = admin("GET", "/routes", 200);
    assertThat(status.path("standing").asText()).isEqualTo("stale");
    assertThat(status.at("/complaints/0/line").asInt()).isEqualTo(1);
    assertThat(asked()).isEqualTo("one");
  }

  @Test
  void reloadingByHandSaysWhatHasChangedOrWhatIsWrong() {
    answers("one");
    gateway.gateway();
    assertThat(admin("POST", "/reload", 200).path("result").asText()).isEqualTo("same");

    answers("two");
    JsonNode tried = admin("POST", "/reload?dryRun=true", 200);
    assertThat(tried.path("result").asText()).isEqualTo("would change");
    assertThat(asked()).isEqualTo("one");
    assertThat(admin("POST", "/reload", 200).at("/changed/0").asText()).isEqualTo("own.yaml");
    assertThat(asked()).isEqualTo("two");

    gateway.expectErrors();
    routes.write("own.yaml", "- rout: {}\n");
    JsonNode refused = admin("POST", "/reload", 422);
    assertThat(refused.at("/complaints/0/file").asText()).isEqualTo("routes/own.yaml");
    assertThat(refused.at("/error/message").asText()).contains("near: route");
    assertThat(asked()).isEqualTo("two");
  }

  @Test
  void theSetBeforeIsOneCallAwayAndTheFolderStaysAsItIs() {
    answers("one");
    gateway.gateway().watchRoutes();
    answers("two");
    Eventually.holds("it serves", () -> asked().equals("two"));

    assertThat(admin("POST", "/routes/rollback", 200).path("result").asText()).isEqualTo("changed");

    assertThat(asked()).isEqualTo("one");
    assertThat(routes.read("own.yaml")).contains("two");
    String diff = admin("GET", "/routes/diff", 200).path("text").asText();
    assertThat(diff)
        .contains("-        - setBody: { constant: \"one\" }")
        .contains("+        - setBody: { constant: \"two\" }");
    answers("three");
    Eventually.holds("the next change serves", () -> asked().equals("three"));
  }

  @Test
  void tenSetsAreKeptAndCanBeNamed() throws IOException {
    answers("0");
    gateway.gateway().watchRoutes();
    for (int i = 1; i <= 12; i++) {
      answers(Integer.toString(i));
      admin("POST", "/reload", 200);
    }

    JsonNode kept = admin("GET", "/routes/history", 200).path("generations");
    assertThat(kept).hasSize(History.KEPT);
    int newest = kept.get(0).path("number").asInt();
    assertThat(kept.get(0).path("live").asBoolean()).isTrue();
    admin("POST", "/routes/rollback?to=" + (newest - 3), 200);
    assertThat(asked()).isEqualTo("9");
    admin("POST", "/routes/rollback?to=1", 404);
    try (Stream<Path> folders = Files.list(gateway.home().resolve("state/routes"))) {
      assertThat(folders).hasSize(History.KEPT);
    }
  }

  @Test
  void aStartWithBrokenFilesServesTheLastSetThatWasLive() throws IOException {
    gateway.expectErrors();
    answers("good");
    History history = new History(gateway.home().resolve("state/routes"), "routes");
    history.keep(RouteSet.read(routes.path()));
    routes.write("own.yaml", "- rout: {}\n");

    assertThat(asked()).isEqualTo("good");
    assertThat(gateway.logged())
        .anyMatch(line -> line.contains("routes/own.yaml:1:3: "))
        .anyMatch(line -> line.contains("generation 1"));
    answers("better");
    assertThat(admin("POST", "/reload", 200).path("result").asText()).isEqualTo("changed");
    assertThat(asked()).isEqualTo("better");
  }
}
