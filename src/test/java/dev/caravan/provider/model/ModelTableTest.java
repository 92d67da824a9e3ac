package dev.caravan.provider.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.provider.model.Match.How;
import dev.caravan.provider.model.Price.Rates;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which model of public tables a name of ours stands for (http-api.md 12.3). */
class ModelTableTest {

  private static ModelTable table(String... ids) {
    List<ModelInfo> models = new ArrayList<>();
    long price = 0;
    for (String id : ids) {
      price += 1_000_000;
      models.add(
          new ModelInfo(
              id,
              "",
              new Price(new Rates(price, price, Price.UNKNOWN, Price.UNKNOWN), null),
              1000,
              100,
              "chat",
              Set.of(),
              Set.of(),
              Set.of(),
              "",
              "",
              "snapshot"));
    }
    return new ModelTable(models);
  }

  private static Match found(ModelTable table, String id) {
    return Objects.requireNonNull(table.find(id), id);
  }

  @Test
  void theVeryNameComesFirst() {
    Match match = found(table("groq/llama-3.1-8b", "openai/llama-3.1-8b"), "groq/llama-3.1-8b");

    assertThat(match.info().id()).isEqualTo("groq/llama-3.1-8b");
    assertThat(match.how()).isEqualTo(How.EXACT);
    assertThat(match.origin()).isEqualTo("snapshot:exact:groq/llama-3.1-8b");
  }

  @Test
  @DisplayName("http-api.md 19, 65: gemini is google in the tables")
  void aVendorIsKnownByItsNameInTheTablesToo() {
    ModelTable table = table("google/gemini-2.5-pro", "nvidia/deepseek-ai/deepseek-v3.1");

    assertThat(found(table, "gemini/gemini-2.5-pro").how()).isEqualTo(How.ALIAS);
    assertThat(found(table, "nvidia_nim/deepseek-ai/deepseek-v3.1").how()).isEqualTo(How.ALIAS);
  }

  @Test
  void otherwiseTheSameModelAtSomebodyAnswers() {
    ModelTable table = table("openrouter/anthropic/claude-opus-4.5", "deepseek/deepseek-chat");

    assertThat(found(table, "acme/anthropic/claude-opus-4.5").how()).isEqualTo(How.FUZZY);
    assertThat(found(table, "acme/claude-opus-4.5").info().id())
        .isEqualTo("openrouter/anthropic/claude-opus-4.5");
    assertThat(found(table, "acme/team/DeepSeek-Chat").info().id())
        .isEqualTo("deepseek/deepseek-chat");
  }

  @Test
  @DisplayName("http-api.md 19, 67: 4-5 is 4.5")
  void aVersionIsTheSameWithDashesAndDots() {
    ModelTable table = table("anthropic/claude-opus-4-5", "openai/gpt-4.1");

    assertThat(found(table, "acme/claude-opus-4.5").info().id())
        .isEqualTo("anthropic/claude-opus-4-5");
    assertThat(found(table, "acme/gpt-4-1").info().id()).isEqualTo("openai/gpt-4.1");
  }

  @Test
  @DisplayName("http-api.md 19, 66: the maker's own price beats a reseller's")
  void ofSeveralTheMakersOwnCounts() {
    ModelTable table =
        table(
            "requesty/anthropic/claude-opus-4.5",
            "anthropic/claude-opus-4.5",
            "poe/claude-opus-4.5");

    assertThat(found(table, "acme/claude-opus-4.5").info().id())
        .isEqualTo("anthropic/claude-opus-4.5");
  }

  @Test
  void aDateIsTriedWithAndWithout() {
    ModelTable table =
        table("openai/gpt-4o", "openai/gpt-4o-2024-05-13", "anthropic/claude-3-opus-20240229");

    assertThat(found(table, "openai/gpt-4o-2024-05-13").info().id())
        .isEqualTo("openai/gpt-4o-2024-05-13");
    assertThat(found(table, "openai/gpt-4o-2030-01-01").info().id()).isEqualTo("openai/gpt-4o");
    assertThat(found(table, "openai/gpt-4o-latest").info().id()).isEqualTo("openai/gpt-4o");
    assertThat(found(table, "anthropic/claude-3-opus").info().id())
        .isEqualTo("anthropic/claude-3-opus-20240229");
  }

  @Test
  void aFreeTwinNeverHasThePriceOfThePaidOne() {
    ModelTable table = table("openrouter/qwen/qwen3-coder");

    Match match = found(table, "openrouter/qwen/qwen3-coder:free");

    assertThat(match.info().price().isKnown()).isFalse();
    assertThat(match.info().context()).isEqualTo(1000);
  }

  @Test
  void whatNobodyKnowsIsNotGuessed() {
    assertThat(table("openai/gpt-4o").find("mock/mock-1")).isNull();
    assertThat(table("openai/gpt-4o").find("gpt")).isNull();
    assertThat(table("openai/gpt-4o").find("")).isNull();
    assertThat(table("openai/gpt-4o").find("/")).isNull();
  }
}
