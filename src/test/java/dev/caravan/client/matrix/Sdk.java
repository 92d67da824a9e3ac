package dev.caravan.client.matrix;

import java.util.List;
import java.util.function.Function;

/**
 * One vendor's SDK, as far as the scenarios need it. A new client is a new class and a row in
 * {@link #ALL}.
 */
interface Sdk extends AutoCloseable {

  /** How a client of each kind is made: from the gateway's address without a path, and a key. */
  List<Row> ALL =
      List.of(
          new Row("openai-java chat", at -> new OpenAiChatSdk(at.url(), at.key())),
          new Row("openai-java responses", at -> new OpenAiResponsesSdk(at.url(), at.key())),
          new Row("anthropic-java", at -> new AnthropicSdk(at.url(), at.key())),
          new Row("google-genai", at -> new GoogleSdk(at.url(), at.key())));

  record At(String url, String key) {}

  record Row(String name, Function<At, Sdk> make) {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * What is asked.
   *
   * @param model with its provider
   * @param text of the user
   * @param tool whether {@code lookup_weather(city)} is offered
   * @param thinks whether thinking is asked for
   * @param image base64 of a PNG, empty for none
   * @param schema whether the answer has to be {@code {"city": string}}
   */
  record Ask(
      String model, String text, boolean tool, boolean thinks, String image, boolean schema) {
    static Ask of(String model, String text) {
      return new Ask(model, text, false, false, "", false);
    }

    Ask withTool() {
      return new Ask(model, text, true, thinks, image, schema);
    }

    Ask thinking() {
      return new Ask(model, text, tool, true, image, schema);
    }

    Ask withImage(String base64) {
      return new Ask(model, text, tool, thinks, base64, schema);
    }

    Ask withSchema() {
      return new Ask(model, text, tool, thinks, image, true);
    }
  }

  /** A call of a tool, arguments as JSON without blanks. */
  record Call(String id, String name, String arguments) {}

  /**
   * What came back.
   *
   * @param stop as the dialect calls it, empty when the answer has no end
   * @param input tokens of the prompt as the dialect counts them
   * @param handle what {@link #answerTools} needs to go on
   */
  record Said(
      String model,
      String text,
      String thinking,
      List<Call> calls,
      String stop,
      long input,
      long output,
      Object handle) {}

  /** The kind of a refusal, by the SDK's typed exception. */
  enum Refused {
    BAD_REQUEST,
    UNAUTHORIZED,
    NOT_FOUND,
    RATE_LIMITED,
    UNAVAILABLE,
    OTHER
  }

  /** Asks, for a stream or for a whole answer; a stream is put together by the SDK's own helper. */
  Said ask(Ask ask, boolean stream);

  /** Goes on behind an answer that called tools, with this result for each of its calls. */
  Said answerTools(Ask ask, Said before, String result, boolean stream);

  /** The dialect that it speaks. */
  Upstream speaks();

  /** Reads a few events of a stream and leaves. */
  void askAndLeave(Ask ask);

  /** What kind of refusal an exception of this SDK is. */
  Refused kind(Throwable problem);

  @Override
  void close();
}
