package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelAliasesTest {

  @Test
  void aNameStandsForOneModelOrForSeveralInTurn() {
    ModelAliases aliases =
        ModelAliases.read(
            "{\"fast\":\"groq/llama\",\"team/best\":[\"openai/gpt\",\" acme/a/b \"]}");

    assertThat(aliases.faults()).isEmpty();
    assertThat(aliases.targets())
        .containsEntry("fast", List.of("groq/llama"))
        .containsEntry("team/best", List.of("openai/gpt", "acme/a/b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"fast\":\"bare\"}",
        "{\"fast\":[]}",
        "{\"fast\":[\"groq/llama\",7]}",
        "{\"fast\":{\"to\":\"groq/llama\"}}",
        "{\"\":\"groq/llama\"}",
        "{\"groq/llama\":\"groq/llama\"}",
        "{\"fast\":\"groq/llama,acme/b\"}"
      })
  void aNameAtFaultIsLeftOutAndTheOthersStay(String faulty) {
    String json = faulty.substring(0, faulty.length() - 1) + ",\"good\":\"acme/large\"}";

    ModelAliases aliases = ModelAliases.read(json);

    assertThat(aliases.targets()).containsOnlyKeys("good");
    assertThat(aliases.faults()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fast=groq/llama", "[\"fast\"]", "\"fast\"", "{\"fast\":"})
  void whatIsNoObjectIsToldWithTheLegalForm(String text) {
    ModelAliases aliases = ModelAliases.read(text);

    assertThat(aliases.targets()).isEmpty();
    assertThat(aliases.faults()).singleElement().asString().contains("legal: {\"name\":");
  }

  @Property(tries = 300)
  void noTextMakesItThrow(@ForAll String text) {
    assertThat(ModelAliases.read(text)).isNotNull();
  }
}
