package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Camel itself fills the bean, so that nobody has to guess what its YAML binding makes of it. */
class ProviderFilesInCamelTest {

  private final CamelContext camel = new DefaultCamelContext();

  @BeforeEach
  void templatesAreThere() throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            for (String template :
                new String[] {"openai-compatible", "openai-responses", "anthropic", "gemini"}) {
              routeTemplate(template)
                  .templateParameter("provider")
                  .from("direct:provider-{{provider}}")
                  .log("{{provider}}");
            }
          }
        });
  }

  @AfterEach
  void close() throws Exception {
    camel.close();
  }

  @Test
  void everyPropertyOfATeamsFileReachesTheBean() throws Exception {
    load(
        "acme",
        """
        - beans:
            - name: acme
              type: dev.caravan.provider.Provider
              properties:
                baseUrl: https://llm.acme.example/v1/
                authScheme: ""
                headers: |
                  X-Title: caravan
                  Accept-Language: a, b
                models: '{"fast-3.1": {"id": "acme-fast", "options": {"temperature": 0.1}}}'
                fallbackModels: acme-large, acme-3.1
                quirks: MT,NP
                rotation: sequential
                maxConcurrent: 3
                optimalConcurrent: 2
                tolerance: 1.5
                includeUsage: false
                quotaGroups: {pro: "acme-large,acme-xl"}
        - templatedRoute:
            routeTemplateRef: openai-compatible
            parameters:
              - {name: provider, value: acme}
        """);

    Provider acme = camel.getRegistry().lookupByNameAndType("acme", Provider.class);
    assertThat(acme.getBaseUrl()).isEqualTo("https://llm.acme.example/v1");
    assertThat(acme.getAuthScheme()).isEmpty();
    assertThat(acme.requestHeaders(null))
        .containsExactly(Map.entry("X-Title", "caravan"), Map.entry("Accept-Language", "a, b"));
    assertThat(acme.getFallbackModels()).containsExactly("acme-large", "acme-3.1");
    assertThat(acme.model("fast-3.1").id()).isEqualTo("acme-fast");
    assertThat(acme.has(Quirk.MT)).isTrue();
    assertThat(acme.has(Quirk.NP)).isTrue();
    assertThat(acme.getRotation()).isEqualTo("sequential");
    assertThat(acme.getMaxConcurrent()).isEqualTo(3);
    assertThat(acme.softLimit()).isEqualTo(2);
    assertThat(acme.getTolerance()).isEqualTo(1.5);
    assertThat(acme.reportsStreamUsage()).isFalse();
    assertThat(acme.getQuotaGroups()).containsEntry("pro", "acme-large,acme-xl");
  }

  @Test
  void headersAsAMapAreRefusedBecauseCamelWouldDropTheirDashes() {
    String yaml =
        """
        - beans:
            - name: acme
              type: dev.caravan.provider.Provider
              properties:
                headers: {X-Title: caravan}
        """;

    assertThatThrownBy(() -> load("acme", yaml)).hasStackTraceContaining("headers");
  }

  @Test
  void everyFileOfTheCatalogueBecomesABeanAndARoute() throws Exception {
    for (Catalogue.Entry entry : Catalogue.bundled().entries()) {
      load(entry.name(), entry.yaml());
    }

    for (Catalogue.Entry entry : Catalogue.bundled().entries()) {
      Provider loaded = camel.getRegistry().lookupByNameAndType(entry.name(), Provider.class);
      assertThat(loaded)
          .usingRecursiveComparison()
          .ignoringFields("name", "ownErrors") // made of the text of errors; patterns equal nobody
          .isEqualTo(entry.provider());
      assertThat(camel.hasEndpoint("direct:provider-" + entry.name())).isNotNull();
    }
  }

  private void load(String name, String yaml) throws Exception {
    camel.start();
    PluginHelper.getRoutesLoader(camel)
        .loadRoutes(
            ResourceHelper.fromBytes(name + ".yaml", yaml.getBytes(StandardCharsets.UTF_8)));
  }
}
