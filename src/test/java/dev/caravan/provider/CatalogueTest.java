package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class CatalogueTest {

  private static final Catalogue CATALOGUE = Catalogue.bundled();

  static List<Catalogue.Entry> entries() {
    return CATALOGUE.entries();
  }

  @Test
  void indexAndFilesNameTheSameProviders() throws Exception {
    Path folder = Path.of(Catalogue.class.getResource("/catalogue/index.txt").toURI()).getParent();

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".yaml")))
          .containsExactlyInAnyOrderElementsOf(
              CATALOGUE.names().stream().map(name -> name + ".yaml").toList());
    }
  }

  @ParameterizedTest
  @MethodSource("entries")
  void indexAndFileSayTheSame(Catalogue.Entry entry) {
    Provider provider = entry.provider();

    assertThat(entry.aliases()).isEqualTo(provider.getAliases());
    assertThat(entry.keyVariables()).isEqualTo(provider.getKeyVariables());
    assertThat(entry.baseVariables()).isEqualTo(provider.getBaseVariables());
    assertThat(entry.needs()).isEqualTo(Placeholders.in(provider.getBaseUrl()));
    assertThat(entry.keyOptional()).isEqualTo(provider.isKeyOptional());
    assertThat(entry.dialect()).isEqualTo(provider.getDialect());
  }

  @ParameterizedTest
  @MethodSource("entries")
  void everyFileHoldsABeanAndAnInstanceOfATemplate(Catalogue.Entry entry) {
    Object yaml = new Load(LoadSettings.builder().build()).loadFromString(entry.yaml());
    JsonNode items = new ObjectMapper().valueToTree(yaml);
    JsonNode bean = items.path(0).path("beans").path(0);
    JsonNode route = items.path(1).path("templatedRoute");

    assertThat(items).hasSize(2);
    assertThat(bean.path("name").asText()).isEqualTo(entry.name());
    assertThat(bean.path("type").asText()).isEqualTo(Provider.class.getName());
    assertThat(properties()).containsAll(() -> bean.path("properties").fieldNames());
    assertThat(route.path("routeTemplateRef").asText()).isEqualTo(entry.provider().routeTemplate());
    assertThat(route.path("parameters").toString())
        .isEqualTo("[{\"name\":\"provider\",\"value\":\"%s\"}]".formatted(entry.name()));
  }

  @ParameterizedTest
  @MethodSource("entries")
  void nothingIsWrongWithAnyProvider(Catalogue.Entry entry) {
    assertThat(entry.provider().complaints()).isEmpty();
  }

  @Test
  void noVariableBelongsToTwoProviders() {
    Map<String, String> owners = new HashMap<>();

    for (Catalogue.Entry entry : CATALOGUE.all()) {
      Variables variables = Variables.of(entry);
      for (String variable : variables.keys()) {
        assertThat(owners.put(variable, entry.name())).as(variable).isNull();
      }
      for (String variable : variables.bases()) {
        assertThat(owners.put(variable, entry.name())).as(variable).isNull();
      }
    }
  }

  @Test
  void aProviderIsFoundByAnyOfItsNames() {
    assertThat(CATALOGUE.find("Groq")).map(Catalogue.Entry::name).contains("groq");
    assertThat(CATALOGUE.find("nano-gpt")).map(Catalogue.Entry::name).contains("nanogpt");
    assertThat(CATALOGUE.find("ghost")).isEmpty();
  }

  @Test
  void whatIsNotServedIsNotFound() {
    assertThat(CATALOGUE.find("stability")).isEmpty();
  }

  @Test
  void aKeyMakesAProviderLiveAndALocalOneNeedsItsAddressOnly() {
    Map<String, String> environment =
        Map.of(
            "GROQ_API_KEY_3", "k",
            "HF_TOKEN", "k",
            "OLLAMA_API_BASE", "http://localhost:11434/v1",
            "MISTRAL_API_BASE", "http://localhost/v1",
            "OPENAI_API_KEY", " ",
            "XAI_API_KEY_FILE", "/run/secrets/xai");

    assertThat(CATALOGUE.live(environment).stream().map(Catalogue.Entry::name))
        .containsExactlyInAnyOrder("groq", "huggingface", "ollama");
  }

  @Test
  void theQuirksOfTheTableStandInTheFiles() {
    assertThat(provider("github").refusedParameters()).containsExactly("parallel_tool_calls");
    assertThat(provider("publicai").has(Quirk.STR)).isTrue();
    assertThat(provider("poe").renamedParameters())
        .containsExactly(Map.entry("max_completion_tokens", "max_tokens"));
    assertThat(provider("mistral").renamedParameters()).containsEntry("seed", "random_seed");
    assertThat(provider("mistral").reportsStreamUsage()).isFalse();
    assertThat(provider("perplexity").modelsUrl()).isEmpty();
    assertThat(provider("docker_model_runner").chatUrl())
        .contains("http://localhost:22088/engines/v1/chat/completions");
    assertThat(provider("chutes").quotaGroupOf("any/model")).contains("chutes_global");
  }

  private static Provider provider(String name) {
    return CATALOGUE.find(name).orElseThrow().provider();
  }

  private static Set<String> properties() {
    return Arrays.stream(Provider.class.getMethods())
        .map(Method::getName)
        .filter(name -> name.startsWith("set"))
        .map(name -> Character.toLowerCase(name.charAt(3)) + name.substring(4))
        .collect(Collectors.toSet());
  }
}
