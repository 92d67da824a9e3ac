package dev.caravan.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.call.CallFailed;
import dev.caravan.dialect.anthropic.AnthropicMessages;
import dev.caravan.dialect.gemini.Gemini;
import dev.caravan.dialect.openai.OpenAiChat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a request tells of its conversation (rotation.md 7.1). */
class CluesTest {
  private static final String LONG = "Please explain to me how tides come about, in a few words. ";

  private static Clues of(Dialect dialect, String body, String... trusted) {
    Clues clues = new Clues(Set.of(trusted));
    Envelope with = dialect.readRequest(body.getBytes(UTF_8), clues);
    assertThat(with).as("as read without").isEqualTo(dialect.readRequest(body.getBytes(UTF_8)));
    return clues;
  }

  private static Clues chat(String messages) {
    return of(new OpenAiChat(), "{\"model\":\"a/m\",\"messages\":[" + messages + "],\"n\":1}");
  }

  private static String said(String role, String text) {
    return "{\"role\":\"%s\",\"content\":\"%s\"}".formatted(role, text);
  }

  @Test
  void requestsThatBeginAlikeHaveTheirBeginningsInCommon() {
    String first = said("user", LONG.repeat(20));
    long[] one = chat(first).beginnings(7);
    long[] three =
        chat(first + "," + said("assistant", "So") + "," + said("user", "And?")).beginnings(7);
    long[] other =
        chat(first + "," + said("assistant", "So") + "," + said("user", "Or?")).beginnings(7);

    assertThat(one).hasSize(1);
    assertThat(three).hasSize(3).doesNotHaveDuplicates().startsWith(one);
    assertThat(other[1]).isEqualTo(three[1]);
    assertThat(other[2]).isNotEqualTo(three[2]);
    assertThat(chat(first).beginnings(8)).as("of another client").doesNotContain(one);
  }

  @Test
  void aShortFirstTextIsAnybodysUnlessASystemTextStandsAboveIt() {
    assertThat(chat(said("user", "hi")).beginnings(7)).containsExactly(0);
    assertThat(chat(said("user", LONG + LONG)).beginnings(7)[0]).isNotZero();
    assertThat(chat(said("system", "Be kind") + "," + said("user", "hi")).beginnings(7))
        .doesNotContain(0);
    String bare = "{\"model\":\"a/m\",\"max_tokens\":1,\"messages\":[" + said("user", "hi") + "]";
    assertThat(of(new AnthropicMessages(), bare + "}").beginnings(7)).containsExactly(0);
    assertThat(of(new AnthropicMessages(), bare + ",\"system\":\"Be kind\"}").beginnings(7))
        .doesNotContain(0)
        .isNotEqualTo(
            of(new AnthropicMessages(), bare + ",\"system\":\"Be short\"}").beginnings(7));
  }

  @Test
  void whatComesAndGoesFromRequestToRequestDoesNotCount() {
    String plain =
        """
        {"role":"assistant","content":[{"type":"text","text":"%s"},{"type":"tool_use","id":"c1","name":"f","input":{"a":"b"}}]}"""
            .formatted(LONG);
    String marked =
        """
        { "role" : "assistant", "content":[ {"type":"thinking","thinking":"hm","signature":"s"},
          {"type":"text","text":"%s", "cache_control" : {"type":"ephemeral","ttl":"1h"}},
          {"type":"tool_use","id":"c1","name":"f","input":{"a":"b"}} ] }"""
            .formatted(LONG);
    String user = said("user", LONG + LONG);

    long[] without = chat(user + "," + plain).beginnings(7);
    long[] with =
        chat(user
                + " ,\n"
                + marked.replace(
                    "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"s\"},", ""))
            .beginnings(7);

    assertThat(with).isEqualTo(without);
    assertThat(chat(user + "," + plain.replace("c1", "c2")).beginnings(7)).isNotEqualTo(without);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "openai-chat|{\"model\":\"a/m\",\"messages\":[{\"role\":\"user\",\"content\":\"%1$s\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"%2$s\"}]}]}",
        "anthropic|{\"model\":\"a/m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"%1$s\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"%2$s\"}]}]}",
        "openai-responses|{\"model\":\"a/m\",\"input\":[{\"role\":\"user\",\"content\":\"%1$s\"},{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"%2$s\"}]}]}",
        "gemini|{\"model\":\"a/m\",\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"%1$s\"}]},{\"role\":\"user\",\"parts\":[{\"text\":\"%2$s\"}]}]}"
      })
  void eachDialectTellsItsTurns(String name, String body) {
    Dialect dialect = Dialects.onClassPath().named(name);
    long[] numbers = of(dialect, body.formatted(LONG + LONG, "and \\\"so\\\" on")).beginnings(7);
    long[] others = of(dialect, body.formatted(LONG + LONG, "and \\\"so\\\" off")).beginnings(7);

    assertThat(numbers).hasSize(2).doesNotContain(0);
    assertThat(others[0]).isEqualTo(numbers[0]);
    assertThat(others[1]).isNotEqualTo(numbers[1]);
  }

  @Test
  void aTrustedMemberNamesTheConversation() {
    String body =
        "{\"thread\":\"t-1\",\"model\":\"a/m\",\"metadata\":{\"x\":[1],\"chat\":{\"id\":\"c-9\"}},\"number\":7,\"messages\":[{}]}";
    OpenAiChat chat = new OpenAiChat();

    assertThat(of(chat, body, "thread").named()).isEqualTo("t-1");
    assertThat(of(chat, body, "metadata.chat.id").named()).isEqualTo("c-9");
    assertThat(of(chat, body, "number").named()).isEqualTo("7");
    assertThat(of(chat, body, "metadata", "absent", "metadata.x").named()).isNull();
    assertThat(
            of(
                    new AnthropicMessages(),
                    body.replace("{}]", "{}],\"max_tokens\":1"),
                    "metadata.chat.id")
                .named())
        .isEqualTo("c-9");
  }

  @Test
  void aBodyThatIsCutIsRefusedAsEver() {
    String whole =
        "{\"model\":\"a/m\",\"messages\":[{\"role\":\"user\",\"content\":\"a \\\\ b\"}]}";
    for (int end = 1; end < whole.length(); end++) {
      byte[] cut = whole.substring(0, end).getBytes(UTF_8);
      assertThatThrownBy(() -> new OpenAiChat().readRequest(cut, new Clues(Set.of("user"))))
          .isInstanceOf(CallFailed.class);
    }
  }

  @Test
  void anArrayWithoutTurnsIsRefusedAsEver() {
    byte[] empty = "{\"contents\":[]}".getBytes(UTF_8);
    assertThatThrownBy(() -> Gemini.request(empty, "a/m", true, new Clues(Set.of())))
        .isInstanceOf(CallFailed.class)
        .hasMessageContaining("contents");
  }
}
