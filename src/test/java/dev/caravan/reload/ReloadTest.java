package dev.caravan.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ClientStream;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.pool.PoolView;
import dev.caravan.reload.Generations.Result;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A folder of routes that is changed while the gateway serves. */
class ReloadTest {
  /** A rate changes by being looked at later. */
  private static final String PASSES_WITH_TIME = ".*perHour";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  private RouteFolder routes;

  @BeforeEach
  void copyRoutes(@TempDir Path folder) throws IOException {
    routes = RouteFolder.copyOf(Path.of("routes"), folder.resolve("routes"));
    gateway.withKeys("sk-good-1").withRoutes(routes.path());
  }

  private Result reload() {
    return gateway.gateway().generations().reload(false);
  }

  private void reloadWell() {
    assertThat(reload()).isInstanceOf(Result.Changed.class);
  }

  private List<Complaint> complaints() {
    return reload() instanceof Result.Rejected(var complaints) ? complaints : List.of();
  }

  @Test
  void aNewRouteServesAndAChangedOneAnswersAnew() {
    routes.write("own.yaml", answering("hello", "one"));
    assertThat(gateway.client().get("/hello").body()).isEqualTo("one");
    routes.write("own.yaml", answering("hello", "two"));
    routes.write("more.yaml", answering("more", "yes"));

    reloadWell();

    assertThat(gateway.client().get("/hello").body()).isEqualTo("two");
    assertThat(gateway.client().get("/more").body()).isEqualTo("yes");
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
  }

  @Test
  void aDeletedFileTakesItsRoutesAlong() {
    routes.write("own.yaml", answering("hello", "one"));
    assertThat(gateway.client().get("/hello").status()).isEqualTo(200);

    routes.delete("own.yaml");
    reloadWell();

    assertThat(gateway.client().get("/hello").status()).isEqualTo(404);
  }

  @Test
  void whatHasNotChangedIsNotBuiltAgain() {
    CamelContext before = gateway.gateway().context();

    assertThat(reload()).isInstanceOf(Result.Same.class);

    assertThat(gateway.gateway().context()).isSameAs(before);
  }

  @Test
  void aBrokenFileIsNamedWithItsLineAndLeavesEverythingAsItWas() {
    CamelContext before = gateway.gateway().context();
    routes.write("own.yaml", answering("hello", "one"));
    routes.write("zzz.yaml", "- route:\n    id: zzz\n    from:\n      uri: nowhere:at-all\n");

    assertThat(complaints())
        .singleElement()
        .satisfies(
            complaint -> {
              assertThat(complaint.file()).isEqualTo("routes/zzz.yaml");
              assertThat(complaint.line()).isEqualTo(4);
            });
    assertThat(gateway.gateway().context()).isSameAs(before);
    assertThat(gateway.client().get("/hello").status()).isEqualTo(404);
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
  }

  @Test
  void anIdThatIsTakenIsRefused() {
    gateway.gateway();
    routes.write("again.yaml", answering("again", "one").replace("id: again", "id: dispatch"));

    assertThat(complaints().toString()).contains("dispatch").contains("routes/");
  }

  @Test
  void aStreamOfTheOldRoutesRunsToItsEndAndTheOldRoutesEndWithIt() {
    ClientStream stream = gateway.streamOf("acme/mock-30x20ms").awaitEvents(2);
    CamelContext old = gateway.gateway().context();
    routes.write("own.yaml", answering("hello", "one"));

    reloadWell();

    assertThat(old.isStopped()).isFalse();
    assertThat(gateway.gateway().generations().retiring()).isEqualTo(1);
    assertThat(stream.awaitEnd().isDone()).isTrue();
    Eventually.holds("the old routes are stopped", old::isStopped);
    assertThat(gateway.client().get("/hello").body()).isEqualTo("one");
  }

  @Test
  void nothingHoldsTheOldRoutesWhenTheyHaveEnded() {
    gateway.ask("acme/mock-1");
    WeakReference<CamelContext> old = new WeakReference<>(gateway.gateway().context());
    routes.write("own.yaml", answering("hello", "one"));
    reloadWell();
    gateway.ask("acme/mock-1");

    Eventually.holds(
        "the old context is garbage",
        () -> {
          System.gc();
          return old.refersTo(null);
        });
  }

  @Test
  void aStepThatRunsOnTheOldRoutesEndsThere() {
    routes.write(
        "slow.yaml",
        answering("slow", "old").replace("steps:", "steps:\n        - delay: { constant: 400 }"));
    ClientStream waiting = gateway.client().follow("/slow");
    Eventually.holds("it runs", () -> gateway.gateway().inFlight() == 1);
    routes.write("slow.yaml", answering("slow", "new"));

    reloadWell();

    assertThat(gateway.client().get("/slow").body()).isEqualTo("new");
    assertThat(waiting.awaitEnd().lines()).containsExactly("old");
  }

  @Test
  void aProviderFileComesWithItsPoolAndAnotherKeepsWhatItsPoolKnows() {
    gateway.withKeys("sk-rl7-1", "sk-good-1").with("LATER_API_KEY", "sk-good-2");
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    PoolView.CredentialView limited = gateway.credential(1);
    assertThat(gateway.ask("later/mock-1").status()).isEqualTo(404);
    routes.write("providers/later.yaml", provider("later", gateway.mock().baseUrl(), ""));

    reloadWell();

    assertThat(gateway.ask("later/mock-1").status()).isEqualTo(200);
    assertThat(gateway.gateway().providers()).contains("acme", "later");
    assertThat(gateway.credential(1))
        .usingRecursiveComparison()
        .ignoringFieldsMatchingRegexes(PASSES_WITH_TIME)
        .isEqualTo(limited);
  }

  @Test
  void aRejectedProviderFileTouchesNoPool() {
    gateway.with("LATER_API_KEY", "sk-good-2").gateway();
    routes.write("providers/later.yaml", provider("later", gateway.mock().baseUrl(), ""));
    routes.write("zzz.yaml", "- route:\n    id: zzz\n    from:\n      uri: nowhere:at-all\n");

    assertThat(complaints()).isNotEmpty();

    assertThat(gateway.gateway().pools().find("later")).isNull();
  }

  @Test
  void aDryRunLeavesNoTraceAnywhere() {
    gateway.ask("acme/mock-1");
    PoolView before = gateway.pool("acme");
    long asked = gateway.mock().stats().total();
    routes.write("own.yaml", answering("hello", "one"));

    assertThat(gateway.gateway().generations().reload(true))
        .isInstanceOfSatisfying(
            Result.Changed.class,
            changed -> {
              assertThat(changed.dryRun()).isTrue();
              assertThat(changed.diff().added()).containsExactly("own.yaml");
            });

    assertThat(gateway.client().get("/hello").status()).isEqualTo(404);
    assertThat(gateway.pool("acme"))
        .usingRecursiveComparison()
        .ignoringFieldsMatchingRegexes(PASSES_WITH_TIME)
        .isEqualTo(before);
    assertThat(gateway.mock().stats().total()).isEqualTo(asked);
  }

  @Test
  void aStepThatThrowsForEveryCallIsFoundByTheDryRun() {
    gateway.gateway();
    String template = routes.read("templates/openai-compatible.yaml");
    routes.write(
        "templates/openai-compatible.yaml",
        template.replace(
            "          - circuitBreaker:",
            "          - setBody: { method: { beanType: java.lang.Integer, method: \"valueOf('seven')\" } }\n          - circuitBreaker:"));

    assertThat(complaints().toString()).contains("dry run of direct:provider-acme");
  }

  @Test
  void breakersOutliveTheRoutes() {
    gateway.withKeys("sk-500-1");
    for (int i = 0; i < 25; i++) {
      gateway.ask("acme/mock-1");
    }
    long before = gateway.mock().stats().total();
    gateway.ask("acme/mock-1");
    assertThat(gateway.mock().stats().total()).as("it rests").isEqualTo(before);
    routes.write("own.yaml", answering("hello", "one"));

    reloadWell();
    routes.write("own.yaml", answering("hello", "two"));
    reloadWell();
    Eventually.holds("retired", () -> gateway.gateway().generations().retiring() == 0);
    routes.write("own.yaml", answering("hello", "three"));
    reloadWell();

    gateway.ask("acme/mock-1");
    assertThat(gateway.mock().stats().total()).as("it rests still").isEqualTo(before);
  }

  static String answering(String path, String words) {
    return """
    - route:
        id: %s
        from:
          uri: platform-http:/%s
          steps:
            - setBody: { constant: "%s" }
    """
        .formatted(path, path, words);
  }

  static String provider(String name, String baseUrl, String more) {
    return """
    - beans:
        - name: %s
          type: dev.caravan.provider.Provider
          properties:
            baseUrl: %s
    %s- templatedRoute:
        routeTemplateRef: openai-compatible
        parameters:
          - { name: provider, value: %s }
    """
        .formatted(name, baseUrl, more, name);
  }
}
