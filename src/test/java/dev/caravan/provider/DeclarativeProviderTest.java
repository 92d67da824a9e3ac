package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import dev.caravan.mock.ReceivedRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Providers that are files, called over HTTP. */
class DeclarativeProviderTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @BeforeEach
  void record() {
    gateway.mock().record(true);
    // so that the fixture does not define acme itself
    gateway.withProvider("steady", "sk-good-9");
  }

  private void provider(String name, String properties) {
    gateway.withRouteFile(
        "providers/" + name + ".yaml",
        """
        - beans:
            - name: %s
              type: dev.caravan.provider.Provider
              properties:
                baseUrl: %s
        %s
        - templatedRoute:
            routeTemplateRef: openai-compatible
            parameters:
              - { name: provider, value: %s }
        """
            .formatted(name, gateway.mock().baseUrl(), properties.stripTrailing().indent(8), name));
  }

  private ReceivedRequest upstream() {
    return gateway.mock().requests().getLast();
  }

  @Test
  void aFileReplacesABuiltInProviderOfItsName() {
    gateway.with("GROQ_API_KEY", "sk-good-1");
    provider("groq", "headers: \"X-From: our-own-groq\"");

    ClientAnswer answer = gateway.ask("groq/mock-1");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(upstream().header("X-From")).containsExactly("our-own-groq");
  }

  @Test
  void aKeyGoesIntoTheHeaderThatTheFileNames() {
    gateway.with("ACME_API_KEY_1", "sk-good-1");
    provider("acme", "authHeader: api-key\nauthScheme: Token");

    gateway.ask("acme/mock-1");

    assertThat(upstream().header("api-key")).containsExactly("Token sk-good-1");
    assertThat(upstream().header("Authorization")).isEmpty();
  }

  @Test
  void anErrorMeansWhatTheFileSays() {
    gateway.with("ACME_API_KEY_1", "sk-good-1");
    provider("acme", "chatPath: /nowhere\nerrors: \"404 no such path = overloaded\"");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).contains("overloaded");
  }

  @Test
  void anErrorMeansWhatItMeansEverywhereWhenTheFileIsSilent() {
    gateway.with("ACME_API_KEY_1", "sk-good-1");
    provider("acme", "chatPath: /nowhere\nerrors: \"404 another text = overloaded\"");

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(404);
  }

  @Test
  void aRuleThatIsNoneStopsTheStartAndNamesTheClasses() {
    gateway.with("ACME_API_KEY_1", "sk-good-1");
    provider("acme", "errors: \"503 = overlaoded\"");

    assertThatThrownBy(gateway::gateway).hasMessageContaining("overloaded");
  }

  @Test
  void itsModelsAreThoseOfTheFile() {
    gateway.with("ACME_API_KEY_1", "sk-good-1");
    provider(
        "acme",
        """
        modelsPath: ""
        models: '{"large": {"id": "mock-1"}}'
        """);

    assertThat(gateway.client().get("/v1/models").body()).contains("acme/large");
    gateway.ask("acme/large");
    assertThat(upstream().text()).contains("\"mock-1\"");
  }
}
