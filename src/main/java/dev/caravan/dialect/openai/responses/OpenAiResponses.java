package dev.caravan.dialect.openai.responses;

import dev.caravan.call.Failure;
import dev.caravan.config.Choice.ResponsesError;
import dev.caravan.dialect.AnswerFacts;
import dev.caravan.dialect.Clues;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Envelope;
import dev.caravan.dialect.Errand;
import dev.caravan.dialect.Gathering;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.Splice;
import dev.caravan.dialect.StreamWatch;
import dev.caravan.dialect.hub.Answer;
import dev.caravan.dialect.hub.AnswerEvents;
import dev.caravan.dialect.hub.Asked;
import dev.caravan.dialect.hub.Codec;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.ToolNames;
import dev.caravan.dialect.openai.ErrorWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The OpenAI responses dialect (OpenAI API reference, responses; http-api.md 7 and 8). */
public final class OpenAiResponses implements Dialect {
  public static final String NAME = "openai-responses";

  /** Clients of Codex's family act on a failed response; what they are called in headers. */
  private static final List<String> CODEX = List.of("codex_cli_rs", "codex-tui", "codex desktop");

  private final Codec codec;
  private final ResponsesError errors;

  public OpenAiResponses() {
    this(ResponsesError.AUTO);
  }

  /**
   * The dialect.
   *
   * @param errors what a failure inside a stream becomes; by itself, what the client acts on
   */
  public OpenAiResponses(ResponsesError errors) {
    this.codec = new ResponsesCodec();
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
  public @Nullable String path(Errand errand, String template, String model) {
    return errand == Errand.COMPACT ? template + "/compact" : null;
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
    return new ResponsesWatch();
  }

  @Override
  public Gathering gathering(long seconds) {
    return new GatheredResponse();
  }

  @Override
  public Codec codec() {
    return codec;
  }

  @Override
  public int status(Failure failure) {
    return failure.relay() == null ? failure.kind().status() : failure.relay().status();
  }

  @Override
  public byte[] renderFailure(Failure failure, String requestId) {
    return ErrorWriter.write(failure, requestId);
  }

  @Override
  public byte[] renderRefusal(int status, String message, String requestId) {
    return ErrorWriter.writeRefusal(status, message, requestId);
  }

  /**
   * No {@code response.completed} follows: a stream that broke must not end as if it were complete.
   */
  @Override
  public byte[] renderFailureEvent(Failure failure, String requestId) {
    return renderFailureEvent(failure, requestId, 0);
  }

  @Override
  public byte[] renderFailureEvent(Failure failure, String requestId, int at) {
    return errors == ResponsesError.FAILED
        ? FailureEvent.failed(failure, at)
        : FailureEvent.error(failure, at);
  }

  @Override
  public Dialect spokenBy(Function<String, @Nullable String> header) {
    boolean codex = isCodex(header.apply("originator")) || isCodex(header.apply("User-Agent"));
    boolean failed = errors == ResponsesError.FAILED || (codex && errors == ResponsesError.AUTO);
    return failed ? new OpenAiResponses(ResponsesError.FAILED) : this;
  }

  private static boolean isCodex(@Nullable String name) {
    String lower = name == null ? "" : name.toLowerCase(Locale.ROOT);
    return CODEX.stream().anyMatch(lower::startsWith) || lower.startsWith("codex_");
  }
}
