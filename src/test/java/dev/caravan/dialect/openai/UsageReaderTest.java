package dev.caravan.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of http-api.md 1.9. */
class UsageReaderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"prompt_tokens":10,"cost":0.00123}                                     | 0.00123
          {"prompt_tokens":10,"cost":0}                                           | 0
          {"prompt_tokens":10,"cost":{"request_cost":0.005,"total_cost":0.006}}   | 0.006
          {"prompt_tokens":10}                                                    | -1
          {"prompt_tokens":10,"cost":null}                                        | -1
          {"prompt_tokens":10,"cost":"0.5"}                                       | -1
          {"prompt_tokens":10,"cost":-3}                                          | -1
          {"prompt_tokens":10,"cost":1e9}                                         | -1
          {"prompt_tokens":10,"cost":[1,{"total_cost":2}]}                        | -1
          """)
  void theCostIsTakenWhereItIsToldInDollars(String usage, double cost) {
    assertThat(read(usage).toldCost()).isEqualTo(cost);
    assertThat(read(usage).inputUncached()).isEqualTo(10);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          plain                        | {"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}                                                          | 10, 0, 0, 5, 0
          cached and reasoning         | {"prompt_tokens":1000,"completion_tokens":300,"prompt_tokens_details":{"cached_tokens":800},"completion_tokens_details":{"reasoning_tokens":120}} | 200, 800, 0, 180, 120
          reasoning left out           | {"prompt_tokens":10,"completion_tokens":50,"completion_tokens_details":{"reasoning_tokens":120}}                       | 10, 0, 0, 50, 120
          left out, the total tells    | {"prompt_tokens":10,"completion_tokens":50,"total_tokens":80,"completion_tokens_details":{"reasoning_tokens":20}}      | 10, 0, 0, 50, 20
          included, the total tells    | {"prompt_tokens":10,"completion_tokens":50,"total_tokens":60,"completion_tokens_details":{"reasoning_tokens":20}}      | 10, 0, 0, 30, 20
          DeepSeek                     | {"prompt_tokens":100,"completion_tokens":5,"prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":36,"prompt_tokens_details":{"cached_tokens":0}} | 36, 64, 0, 5, 0
          Moonshot                     | {"prompt_tokens":100,"completion_tokens":5,"cached_tokens":20}                                                        | 80, 20, 0, 5, 0
          cache writes                 | {"prompt_tokens":100,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":20,"cache_creation_tokens":30}}    | 50, 20, 30, 5, 0
          Anthropic's names            | {"prompt_tokens":100,"completion_tokens":5,"cache_read_input_tokens":20,"cache_creation_input_tokens":30}               | 50, 20, 30, 5, 0
          reasoning at the top         | {"prompt_tokens":10,"completion_tokens":5,"reasoning_tokens":2}                                                       | 10, 0, 0, 3, 2
          more cached than asked       | {"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":20}}                                | 0, 20, 0, 5, 0
          nulls                        | {"prompt_tokens":null,"completion_tokens":5,"prompt_tokens_details":null,"completion_tokens_details":{"reasoning_tokens":null}} | 0, 0, 0, 5, 0
          texts                        | {"prompt_tokens":"10","completion_tokens":5}                                                                          | 0, 0, 0, 5, 0
          decimals                     | {"prompt_tokens":10.0,"completion_tokens":5.0}                                                                        | 10, 0, 0, 5, 0
          negative                     | {"prompt_tokens":-10,"completion_tokens":5}                                                                           | 0, 0, 0, 5, 0
          details of another kind      | {"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":[1,{"cached_tokens":3}],"cost":{"prompt_tokens":9}}  | 10, 0, 0, 5, 0
          """)
  void countsDoNotOverlap(String name, String usage, String counts) {
    String[] n = counts.split(", ");

    assertThat(read(usage))
        .isEqualTo(
            new Usage(
                Long.parseLong(n[0]),
                Long.parseLong(n[1]),
                Long.parseLong(n[2]),
                Long.parseLong(n[3]),
                Long.parseLong(n[4]),
                false));
  }

  @Test
  void outputAndTotalAreSums() {
    Usage usage =
        read(
            """
            {"prompt_tokens":1000,"completion_tokens":300,
             "prompt_tokens_details":{"cached_tokens":800},"completion_tokens_details":{"reasoning_tokens":120}}""");

    assertThat(usage.output()).isEqualTo(300);
    assertThat(usage.total()).isEqualTo(1300);
  }

  @Test
  void reasoningThatWasLeftOutIsAdded() {
    Usage usage =
        read(
            """
            {"prompt_tokens":10,"completion_tokens":50,"completion_tokens_details":{"reasoning_tokens":120}}""");

    assertThat(usage.output()).isEqualTo(170);
    assertThat(usage.total()).isEqualTo(180);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}", "[]", "1", "\"x\"", "{\"prompt_tokens\":0}"})
  void whatSaysNothingIsEmpty(String usage) {
    assertThat(read(usage).isEmpty()).isTrue();
  }

  private static Usage read(String usage) {
    String answer = "{\"usage\":%s,\"choices\":[1]}".formatted(usage);
    return new OpenAiChat().readAnswer(answer.getBytes(UTF_8)).usage();
  }
}
