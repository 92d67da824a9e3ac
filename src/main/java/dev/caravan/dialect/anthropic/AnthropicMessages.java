package dev.caravan.dialect.anthropic;

import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.config.Choice.AnthropicStreamError;
import dev.caravan.dialect.AnswerFacts;
import dev.caravan.dialect.Clues;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Envelope;
import dev.caravan.dialect.Errand;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.Splice;
import dev.caravan.dialect.StreamWatch;
import dev.caravan.dialect.hub.Answer;
import dev.caravan.dialect.hub.AnswerEvents;
import dev.caravan.dialect.hub.Asked;
import dev.caravan.dialect.hub.Codec;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.ToolNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The Anthropic messages dialect (Anthropic API reference, messages; http-api.md 4 and 5). */
public final class AnthropicMessages implements Dialect {
  public static final String NAME = "anthropic";

  /** Fields that a beta brings are a 400 without its name in the header (clients.md). */
  private static final List<String> HANDED_ON = List.of("anthropic-beta", "anthropic-version");

  private final Codec codec = new MessagesCodec();
  private final AnthropicStreamError errors;

  public AnthropicMessages() {
    this(AnthropicStreamError.EVENT);
  }

  /**
   * The dialect.
   *
   * @param errors how a failure inside a stream looks
   */
  public AnthropicMessages(AnthropicStreamError errors) {
    this.errors = errors;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Envelope readRequest(byte[] body) {
    return EnvelopeReader.read(body, null);
  }

  @Override
  public Envelope readRequest(byte[] body, @Nullable Clues clues) {
    return EnvelopeReader.read(body, clues);
  }

  @Override
  public List<Splice> forUpstream(Envelope envelope, String model, boolean wantUsage) {
    return List.of(
        new Splice(envelope.modelAt().start(), envelope.modelAt().end(), JsonBytes.quote(model)));
  }

  @Override
  public Envelope readRequest(Errand errand, byte[] body) {
    return errand == Errand.COUNT ? EnvelopeReader.readToCount(body) : readRequest(body);
  }

  @Override
  public @Nullable String path(Errand errand, String template, String model) {
    return errand == Errand.COUNT ? template + "/count_tokens" : null;
  }

  @Override
  public AnswerFacts readAnswer(byte[] body) {
    return AnswerFactsReader.read(body);
  }

  @Override
  public byte[] asStream(byte[] answer, Envelope envelope) {
    try {
      Conversation.Builder asked = new Conversation.Builder(NAME);
      asked.model = envelope.model();
      Answer read = codec.parseAnswer(answer, new ToolNames());
      return AnswerEvents.asStream(read, codec.writer(new Asked(asked.build(), 0)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public StreamWatch watch() {
    return new MessagesWatch();
  }

  @Override
  public Codec codec() {
    return codec;
  }

  @Override
  public List<String> handedOnHeaders() {
    return HANDED_ON;
  }

  /** Anthropic's own clients know 529 as "overloaded". */
  @Override
  public int status(Failure failure) {
    if (failure.relay() != null) {
      return failure.relay().status();
    }
    return failure.kind() == Kind.UPSTREAM_UNAVAILABLE ? 529 : failure.kind().status();
  }

  @Override
  public byte[] renderFailure(Failure failure, String requestId) {
    return ErrorWriter.write(ErrorWriter.type(failure.kind()), failure.message(), requestId);
  }

  @Override
  public byte[] renderRefusal(int status, String message, String requestId) {
    return ErrorWriter.write(ErrorWriter.type(status), message, requestId);
  }

  /** No {@code message_stop} follows: a stream that broke must not end as if it were complete. */
  @Override
  public byte[] renderFailureEvent(Failure failure, String requestId) {
    String json = new String(renderFailure(failure, requestId), StandardCharsets.UTF_8);
    return ("event: error\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  /** For clients that show nothing of an error event, a block of text tells of it. */
  @Override
  public byte[] renderFailureEvent(Failure failure, String requestId, int at) {
    return errors == AnthropicStreamError.VISIBLE && at > 0
        ? ErrorWriter.visible(failure.message(), at)
        : renderFailureEvent(failure, requestId);
  }

  @Override
  public Dialect spokenBy(Function<String, @Nullable String> header) {
    return errors == AnthropicStreamError.VISIBLE ? new AnthropicMessages(errors) : this;
  }
}
