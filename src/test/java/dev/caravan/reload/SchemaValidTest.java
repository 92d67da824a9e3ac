package dev.caravan.reload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Every route file opens in plain Camel tooling: it is valid to Camel's own schema, as an
 * independent validator reads it, and not only to ours.
 */
class SchemaValidTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void everyRouteFileAndEveryExampleIsValidToCamelsSchema() throws IOException {
    JsonSchema schema = schema();
    List<String> wrong = new ArrayList<>();
    int files = 0;
    for (Path folder : List.of(Path.of("routes"), Path.of("examples"))) {
      for (Path file : routeFiles(folder)) {
        files++;
        schema.validate(tree(file)).forEach(error -> wrong.add(file + ": " + error));
      }
    }

    assertThat(wrong).isEmpty();
    assertThat(files).isGreaterThan(15);
  }

  @Test
  void theValidatorFindsAMisspeltStep() throws IOException {
    Path broken = Path.of("src/test/resources/broken-edits/misspelt-step.yaml");

    assertThat(schema().validate(tree(broken))).isNotEmpty();
  }

  private static JsonSchema schema() throws IOException {
    try (InputStream in = SchemaValidTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
      return JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(in);
    }
  }

  private static List<Path> routeFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  private static JsonNode tree(Path file) throws IOException {
    Load load = new Load(LoadSettings.builder().build());
    JsonNode tree = MAPPER.valueToTree(load.loadFromString(Files.readString(file)));
    for (JsonNode item : tree) {
      for (JsonNode parameter : item.path("routeTemplate").path("parameters")) {
        fillIn(tree, "{{" + parameter.path("name").asText() + "}}", parameter.get("defaultValue"));
      }
    }
    return tree;
  }

  /** A template's parameter stands for a number where the schema wants one. */
  private static void fillIn(JsonNode tree, String placeholder, @Nullable JsonNode value) {
    for (Map.Entry<String, JsonNode> member : tree.properties()) {
      if (value != null && member.getValue().asText().equals(placeholder)) {
        member.setValue(DecimalNode.valueOf(new BigDecimal(value.asText())));
      }
    }
    tree.forEach(child -> fillIn(child, placeholder, value));
  }
}
