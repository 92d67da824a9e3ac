package dev.caravan.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.caravan.upstream.ModelList.Model;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Lists of models as providers send them, and what else they send. */
class ModelListTest {

  private static java.util.List<Model> read(String json) throws IOException {
    return ModelList.read(json.getBytes(UTF_8));
  }

  @Test
  void theListsOfAllVendorsAreRead() throws IOException {
    assertThat(read("{\"object\":\"list\",\"data\":[{\"id\":\"m1\",\"created\":5}]}"))
        .containsExactly(new Model("m1", 5));
    assertThat(read("[{\"id\":\"m1\"},\"m2\"]"))
        .containsExactly(new Model("m1", 0), new Model("m2", 0));
    assertThat(
            read(
                "{\"models\":[{\"name\":\"models/gemini-2.5-pro\",\"supportedGenerationMethods\":[\"x\"]}]}"))
        .containsExactly(new Model("gemini-2.5-pro", 0));
    assertThat(read("{\"models\":[{\"name\":\"command-r\",\"endpoints\":[\"chat\"]}]}"))
        .containsExactly(new Model("command-r", 0));
    assertThat(read("{\"data\":[{\"id\":\"claude\",\"created_at\":\"2025-02-19T00:00:00Z\"}]}"))
        .containsExactly(new Model("claude", 1_739_923_200));
  }

  @Test
  void whatIsNoModelIsPassedOver() throws IOException {
    String odd =
        "{\"data\":[null,7,[],{},{\"id\":null},{\"id\":\"\"},{\"id\":\"a b\"},{\"id\":\"x\\u0000\"},{\"id\":{\"id\":\"no\"}},"
            + "{\"id\":\"good\",\"created\":-3,\"created_at\":\"soon\"},{\"id\":\"good\"},{\"id\":\""
            + "y".repeat(301)
            + "\"}]}";

    assertThat(read(odd)).containsExactly(new Model("good", 0));
  }

  @Test
  void whatIsNoListIsAnError() {
    for (String body :
        new String[] {"", "<html>", "{}", "{\"data\":{}}", "7", "[{\"id\":", "{\"error\":\"x\"}"}) {
      assertThatIOException().as(body).isThrownBy(() -> read(body));
    }
  }

  @Test
  void aListThatNeverEndsIsCut() throws IOException {
    String many =
        IntStream.range(0, ModelList.MOST + 10)
            .mapToObj(i -> "\"m" + i + "\"")
            .collect(Collectors.joining(",", "[", "]"));

    assertThat(read(many)).hasSize(ModelList.MOST);
  }

  @Property(tries = 300)
  void anyBytesAreAListOrAnError(@ForAll byte[] bytes) {
    try {
      assertThat(ModelList.read(bytes)).isNotNull();
    } catch (IOException expected) {
      assertThat(expected).isNotNull();
    }
  }
}
