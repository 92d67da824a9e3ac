package dev.caravan.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.models.ModelInfo;
import com.anthropic.models.models.ModelListParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.NotFoundException;
import com.openai.models.models.Model;
import dev.caravan.GatewayFixture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The lists of models as the vendors' own SDKs read them. */
class ModelSdksTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @BeforeEach
  void models() {
    gateway
        .withKeys("sk-good-1")
        .with("ACME_MODELS", "m1,m2,m3,gpt-4o")
        .with("IGNORE_MODELS_ACME", "mock-*");
  }

  @Test
  void openAisListsAllAndFindsOne() {
    OpenAIClient client =
        OpenAIOkHttpClient.builder()
            .baseUrl("http://127.0.0.1:" + gateway.gateway().port() + "/v1")
            .apiKey(GatewayFixture.CLIENT_KEY)
            .maxRetries(0)
            .build();
    try {
      assertThat(client.models().list().autoPager())
          .extracting(Model::id)
          .containsExactly("acme/gpt-4o", "acme/m1", "acme/m2", "acme/m3");
      assertThat(client.models().retrieve("acme/gpt-4o").ownedBy()).isEqualTo("acme");
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> client.models().retrieve("acme/m4"))
          .withMessageContaining("did you mean");
    } finally {
      client.close();
    }
  }

  @Test
  void anthropicsGoesThroughThePagesAndFindsOne() {
    AnthropicClient client =
        AnthropicOkHttpClient.builder()
            .baseUrl("http://127.0.0.1:" + gateway.gateway().port())
            .apiKey(GatewayFixture.CLIENT_KEY)
            .maxRetries(0)
            .build();
    try {
      assertThat(client.models().list(ModelListParams.builder().limit(2).build()).autoPager())
          .extracting(ModelInfo::id)
          .containsExactly("acme/gpt-4o", "acme/m1", "acme/m2", "acme/m3");
      ModelInfo one = client.models().retrieve("acme/gpt-4o");
      assertThat(one.id()).isEqualTo("acme/gpt-4o");
      assertThat(one.createdAt().getYear()).isEqualTo(2024);
    } finally {
      client.close();
    }
  }
}
