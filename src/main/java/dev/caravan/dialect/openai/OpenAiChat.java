package dev.caravan.dialect.openai;

import dev.caravan.call.Failure;
import dev.caravan.dialect.AnswerFacts;
import dev.caravan.dialect.Clues;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Envelope;
import dev.caravan.dialect.Errand;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.Splice;
import dev.caravan.dialect.StreamWatch;
import dev.caravan.dialect.hub.Codec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The OpenAI chat dialect (OpenAI API reference, chat completions; http-api.md 3). */
public final class OpenAiChat implements Dialect {
  public static final String NAME = "openai-chat";

  private static final String CHAT = "/chat/completions";

  private final Codec codec = new ChatCodec();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Envelope readRequest(byte[] body) {
    return RequestReader.read(body, null);
  }

  @Override
  public Envelope readRequest(byte[] body, @Nullable Clues clues) {
    return RequestReader.read(body, clues);
  }

  @Override
  public List<Splice> forUpstream(Envelope envelope, String model, boolean wantUsage) {
    Splice name =
        new Splice(envelope.modelAt().start(), envelope.modelAt().end(), JsonBytes.quote(model));
    Splice usage = envelope.askForUsage();
    if (!envelope.stream() || !wantUsage || usage == null) {
      return List.of(name);
    }
    return List.of(usage, name);
  }

  @Override
  public Envelope readRequest(Errand errand, byte[] body) {
    return errand == Errand.FILL ? RequestReader.readToFill(body) : RequestReader.read(body, null);
  }

  /** Mistral's path beside that of chat (Mistral API reference, fim). */
  @Override
  public @Nullable String path(Errand errand, String template, String model) {
    return errand == Errand.FILL && template.endsWith(CHAT)
        ? template.substring(0, template.length() - CHAT.length()) + "/fim/completions"
        : null;
  }

  @Override
  public AnswerFacts readAnswer(byte[] body) {
    return AnswerReader.read(body);
  }

  @Override
  public byte[] asStream(byte[] answer, Envelope envelope) {
    return AnswerAsStream.write(answer, envelope.asksForUsage());
  }

  @Override
  public StreamWatch watch() {
    return new ChatWatch(false);
  }

  @Override
  public StreamWatch watchReasoning() {
    return new ChatWatch(true);
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

  /** No end mark follows: a stream that broke must not end as if it were complete (clients.md). */
  @Override
  public byte[] renderFailureEvent(Failure failure, String requestId) {
    String json = new String(ErrorWriter.write(failure, requestId), StandardCharsets.UTF_8);
    return ("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
  }
}
