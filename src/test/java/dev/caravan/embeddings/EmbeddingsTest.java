package dev.caravan.embeddings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import dev.caravan.mock.ReceivedRequest;
import dev.caravan.pool.PoolView.State;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code POST /v1/embeddings} (http-api.md 10) before providers of each form. */
class EmbeddingsTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @Test
  void aTextBecomesAVectorUnderTheNameThatWasAskedFor() {
    ClientAnswer answer = embed("{\"model\":\"acme/embed-1\",\"input\":\"hello\"}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("/object")).isEqualTo("list");
    assertThat(answer.text("/model")).isEqualTo("acme/embed-1");
    assertThat(answer.json().at("/data/0/embedding")).hasSize(8);
    assertThat(answer.json().at("/usage/prompt_tokens").asInt()).isEqualTo(2);
    assertThat(answer.header("X-Gateway-Provider")).isEqualTo("acme");
    assertThat(sent()).isEqualTo("{\"model\":\"embed-1\",\"input\":[\"hello\"]}");
  }

  @Test
  void whatTheGatewayDoesNotKnowIsHandedOn() {
    embed(
        """
        {"input":["a","b"],"truncate":"END","user":"u1","model":"acme/embed-1","input_type":"query"}""");

    assertThat(sent())
        .isEqualTo(
            """
            {"model":"embed-1","input":["a","b"],"input_type":"query","user":"u1","truncate":"END"}""");
  }

  @Test
  void tokenNumbersGoToProvidersThatTakeThem() {
    assertThat(embed("{\"model\":\"acme/e\",\"input\":[1,2,3]}").json().at("/data")).hasSize(1);
    assertThat(embed("{\"model\":\"acme/e\",\"input\":[[1,2],[3]]}").json().at("/data")).hasSize(2);
  }

  @Test
  void aLimitedKeyIsReplacedBeforeTheClientNotices() {
    gateway.withKeys("sk-rl70-1", "sk-good-1");

    ClientAnswer answer = embed("{\"model\":\"acme/embed-1\",\"input\":\"hello\"}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("X-Gateway-Attempts")).isEqualTo("2");
    assertThat(gateway.credential(1).state()).isEqualTo(State.COOLING);
  }

  @Test
  void whenAllKeysAreLimitedTheClientIsToldWhenToComeBack() {
    gateway.withKeys("sk-rl70-1");

    ClientAnswer answer = embed("{\"model\":\"acme/embed-1\",\"input\":\"hello\"}");

    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.header("Retry-After")).isNotEmpty();
    assertThat(answer.message()).isNotEmpty();
  }

  @Test
  void usageIsCountedOnTheCredential() {
    embed("{\"model\":\"acme/embed-1\",\"input\":\"hello\"}");

    assertThat(gateway.credential(1).totals().successes()).isEqualTo(1);
    assertThat(gateway.credential(1).totals().prompt()).isEqualTo(2);
  }

  @Test
  void whatCannotBeEmbeddedIsRefusedByName() {
    refused("{\"input\":\"a\"}", "missing_field", "model");
    refused("{\"model\":\"acme/e\"}", "missing_field", "input");
    refused("{\"model\":\"acme/e\",\"input\":\"\"}", "invalid_request", "input");
    refused("{\"model\":\"acme/e\",\"input\":[]}", "invalid_request", "input");
    refused("{\"model\":\"acme/e\",\"input\":[\"a\",\"\"]}", "invalid_request", "input[1]");
    refused("{\"model\":\"acme/e\",\"input\":7}", "invalid_type", "input");
    refused("{\"model\":\"acme/e\",\"input\":[\"a\",7]}", "invalid_type", "input[1]");
    refused("{\"model\":\"acme/e\",\"input\":[\"a\",[7]]}", "invalid_type", "input");
    refused("{\"model\":\"acme/e\",\"input\":[1.5]}", "invalid_type", "input");
    refused("{\"model\":\"acme/e\",\"input\":[[]]}", "invalid_request", "input[0]");
    refused(
        "{\"model\":\"acme/e\",\"input\":\"a\",\"dimensions\":0}", "invalid_type", "dimensions");
    refused(
        "{\"model\":\"acme/e\",\"input\":\"a\",\"dimensions\":\"8\"}",
        "invalid_type",
        "dimensions");
    refused(
        "{\"model\":\"acme/e\",\"input\":\"a\",\"encoding_format\":\"hex\"}",
        "invalid_type",
        "encoding_format");
    refused("{\"model\":7,\"input\":\"a\"}", "invalid_type", "model");

    assertThat(gateway.mock().stats().total()).isZero();
  }

  private void refused(String body, String code, String param) {
    ClientAnswer answer = embed(body);

    assertThat(answer.status()).as(body).isEqualTo(400);
    assertThat(answer.code()).as(body).isEqualTo(code);
    assertThat(answer.text("/error/param")).as(body).isEqualTo(param);
  }

  @Test
  void whatIsNoJsonIsRefusedWithItsPlace() {
    assertThat(embed("{\"model\":\"acme/e\",\"input\":\"a").code()).isEqualTo("invalid_json");
    assertThat(embed("[1]").code()).isEqualTo("invalid_type");
    assertThat(embed("").status()).isEqualTo(400);
    assertThat(embed("{\"model\":\"acme/e\",\"input\":\"a\"} x").code()).isEqualTo("invalid_json");
  }

  @Test
  void dimensionsGoToModelsThatHaveThemAndAreLeftOutElsewhere() {
    ClientAnswer small =
        embed("{\"model\":\"acme/text-embedding-3-small\",\"input\":\"a\",\"dimensions\":5}");
    ClientAnswer other = embed("{\"model\":\"acme/mock-embed\",\"input\":\"a\",\"dimensions\":5}");

    assertThat(small.json().at("/data/0/embedding")).hasSize(5);
    assertThat(other.json().at("/data/0/embedding")).hasSize(8);
    assertThat(other.header("X-Gateway-Dropped")).isEqualTo("dimensions");
  }

  @Test
  void inStrictModeDimensionsThatNobodyHasAreRefused() {
    gateway.with("TRANSLATION_STRICT", "true");

    ClientAnswer answer = embed("{\"model\":\"acme/e\",\"input\":\"a\",\"dimensions\":5}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("/error/param")).isEqualTo("dimensions");
  }

  @Test
  void moreInputsThanAProviderTakesAreAskedInParts() {
    String inputs = String.join(",", Collections.nCopies(2048 + 10, "\"x\""));

    ClientAnswer answer = embed("{\"model\":\"acme/e\",\"input\":[" + inputs + "]}");

    assertThat(answer.json().at("/data")).hasSize(2058);
    assertThat(answer.json().at("/data/2057/index").asInt()).isEqualTo(2057);
    assertThat(answer.json().at("/usage/total_tokens").asInt()).isEqualTo(2058);
    assertThat(gateway.mock().stats().total()).isEqualTo(2);
  }

  @Test
  void googleIsAskedInItsOwnForm() {
    gateway.with("GEMINI_API_BASE", gateway.mockAddress()).with("GEMINI_API_KEY_1", "AIza-good-1");

    ClientAnswer answer =
        embed(
            """
            {"model":"gemini/gemini-embedding-001","input":["a","b"],"dimensions":4,"input_type":"query"}""");

    assertThat(answer.json().at("/data/1/embedding")).hasSize(4);
    assertThat(answer.text("/model")).isEqualTo("gemini/gemini-embedding-001");
    assertThat(answer.json().at("/usage/prompt_tokens").asInt()).isPositive();
    assertThat(received().path())
        .isEqualTo("/v1beta/models/gemini-embedding-001:batchEmbedContents");
    assertThat(sent())
        .startsWith(
            """
            {"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]},"taskType":"RETRIEVAL_QUERY","outputDimensionality":4},""");
  }

  @Test
  void cohereIsAskedInItsOwnForm() {
    gateway.with("COHERE_API_BASE", gateway.mockAddress()).with("COHERE_API_KEY_1", "co-good-1");

    ClientAnswer answer =
        embed("{\"model\":\"cohere/embed-v4.0\",\"input\":\"a\",\"dimensions\":256}");

    assertThat(answer.json().at("/data/0/embedding")).hasSize(256);
    assertThat(received().path()).isEqualTo("/v2/embed");
    assertThat(sent())
        .isEqualTo(
            """
            {"model":"embed-v4.0","texts":["a"],"input_type":"search_document","embedding_types":["float"],"output_dimension":256}""");
  }

  @Test
  void tokenNumbersAreNoTextForGoogle() {
    gateway.with("GEMINI_API_BASE", gateway.mockAddress()).with("GEMINI_API_KEY_1", "AIza-good-1");

    ClientAnswer answer = embed("{\"model\":\"gemini/e\",\"input\":[1,2]}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("/error/param")).isEqualTo("input");
    assertThat(gateway.mock().stats().total()).isZero();
  }

  @Test
  void base64IsWhatWasAskedForWhateverTheProviderSpeaks() {
    gateway
        .withKeys("sk-good-1")
        .with("GEMINI_API_BASE", gateway.mockAddress())
        .with("GEMINI_API_KEY_1", "AIza-good-1");

    JsonNode openAi =
        embed("{\"model\":\"acme/e\",\"input\":\"a\",\"encoding_format\":\"base64\"}").json();
    JsonNode google =
        embed("{\"model\":\"gemini/e\",\"input\":\"a\",\"encoding_format\":\"base64\"}").json();

    assertThat(openAi.at("/data/0/embedding").asText()).hasSize(44);
    assertThat(google.at("/data/0/embedding")).isEqualTo(openAi.at("/data/0/embedding"));
  }

  @Test
  void aProviderWithoutEmbeddingsSaysSo() {
    gateway.with("GROQ_API_BASE", gateway.mock().baseUrl()).with("GROQ_API_KEY_1", "gsk-good-1");

    ClientAnswer answer = embed("{\"model\":\"groq/e\",\"input\":\"a\"}");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.message()).contains("groq", "no embeddings");
  }

  @Test
  void aProviderOfEmbeddingsOnlyStartsAndSaysThatItHasNoChat() {
    gateway.with("VOYAGE_API_BASE", gateway.mock().baseUrl()).with("VOYAGE_API_KEY_1", "pa-good-1");

    assertThat(embed("{\"model\":\"voyage/voyage-3\",\"input\":\"a\",\"dimensions\":4}").status())
        .isEqualTo(200);
    assertThat(sent()).contains("\"output_dimension\":4");
    assertThat(gateway.ask("voyage/voyage-3").status()).isEqualTo(404);
  }

  @Test
  void anAnswerWithoutVectorsIsAFaultOfTheProvider() {
    ClientAnswer answer = embed("{\"model\":\"acme/mock-empty\",\"input\":\"a\"}");

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.message()).contains("unreadable_answer");
  }

  @Test
  void aRefusalIsRelayedAndNoOtherKeyIsTried() {
    gateway.withKeys("sk-good-1", "sk-good-2");

    ClientAnswer answer = embed("{\"model\":\"acme/e\",\"input\":\"refuse-me\"}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(gateway.mock().stats().total()).isEqualTo(1);
  }

  @Test
  void onlyPostIsServed() {
    assertThat(gateway.client().get("/v1/embeddings").status()).isEqualTo(405);
  }

  private String sent() {
    return received().text();
  }

  private ReceivedRequest received() {
    return gateway.mock().requests().getLast();
  }

  private ClientAnswer embed(String json) {
    gateway.mock().record(true);
    return Client.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + gateway.gateway().port() + "/v1/embeddings"))
            .timeout(GatewayFixture.PATIENCE)
            .header("Authorization", "Bearer " + GatewayFixture.CLIENT_KEY)
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }
}
