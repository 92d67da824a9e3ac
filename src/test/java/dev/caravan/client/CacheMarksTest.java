package dev.caravan.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.GatewayFixture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Marks for the prompt cache that clients of other dialects cannot place (http-api.md 5.2). */
class CacheMarksTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOOLS =
      """
      "tools":[{"type":"function","function":{"name":"look","parameters":{"type":"object","properties":{}}}},
               {"type":"function","function":{"name":"act","parameters":{"type":"object","properties":{}}}}],""";
  private static final String TURNS =
      """
      "messages":[{"role":"system","content":"Be brief."},
        {"role":"user","content":"one"},{"role":"assistant","content":"1"},
        {"role":"user","content":"two"},
        {"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"look","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"call_1","content":"seen"}]""";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @Test
  void theyStandAfterSystemToolsAndTheLastTwoTurns() throws Exception {
    wanted(true);

    JsonNode sent = sent(TOOLS + TURNS);

    assertThat(marks(sent, ""))
        .containsExactlyInAnyOrder(
            "/system/0", "/tools/1", "/messages/2/content/0", "/messages/4/content/0");
    assertThat(sent.at("/tools/1/cache_control/type").asText()).isEqualTo("ephemeral");
  }

  @Test
  void aShortRequestGetsFewer() throws Exception {
    wanted(true);

    assertThat(marks(sent("\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"), ""))
        .containsExactly("/messages/0/content/0");
  }

  @Test
  void aClientThatPlacedSomeKnowsBetter() throws Exception {
    wanted(true);
    String own =
        """
        "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[
          {"type":"text","text":"book","cache_control":{"type":"ephemeral"}},{"type":"text","text":"hi"}]}]""";

    assertThat(marks(sent(own), "")).containsExactly("/messages/0/content/0");
  }

  @Test
  void thereAreNoneUnlessTheyAreWanted() throws Exception {
    wanted(false);

    assertThat(marks(sent(TOOLS + TURNS), "")).isEmpty();
  }

  private void wanted(boolean marks) {
    gateway
        .withKeys("sk-good-1")
        .with("ACME_API_DIALECT", "anthropic")
        .with("ACME_API_BASE", gateway.mockAddress())
        .with("AUTO_CACHE_BREAKPOINTS", Boolean.toString(marks));
    gateway.mock().record(true);
  }

  private JsonNode sent(String members) throws Exception {
    assertThat(gateway.post("{\"model\":\"acme/mock-1\",%s}".formatted(members)).status())
        .isEqualTo(200);
    return JSON.readTree(gateway.mock().requests().getLast().text());
  }

  private static List<String> marks(JsonNode node, String path) {
    List<String> found = new ArrayList<>();
    if (node.has("cache_control")) {
      found.add(path);
    }
    node.properties().forEach(e -> found.addAll(marks(e.getValue(), path + "/" + e.getKey())));
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      found.addAll(marks(node.get(i), path + "/" + i));
    }
    return found;
  }
}
