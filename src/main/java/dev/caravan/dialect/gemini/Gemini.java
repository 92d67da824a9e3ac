package dev.caravan.dialect.gemini;

import dev.caravan.call.Failure;
import dev.caravan.dialect.AnswerFacts;
import dev.caravan.dialect.Clues;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Envelope;
import dev.caravan.dialect.Errand;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.dialect.Splice;
import dev.caravan.dialect.StreamWatch;
import dev.caravan.dialect.hub.Codec;
import dev.caravan.dialect.hub.JsonWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The Gemini generateContent dialect. */
public final class Gemini implements Dialect {
  public static final String NAME = "gemini";

  private static final byte[] NOTHING = new byte[0];

  private final Codec codec = new GeminiCodec();

  @Override
  public String name() {
    return NAME;
  }

  /**
   * A request as it came over the wire, with what its path says put in.
   *
   * @param body as received; not changed
   * @param model from the path
   * @param stream whether the path asks for a stream
   * @throws dev.caravan.call.CallFailed when the body is not a request of this dialect
   */
  public static ReadRequest request(
      byte[] body, String model, boolean stream, @Nullable Clues clues) {
    return EnvelopeReader.fromWire(body, model, stream, clues);
  }

  /**
   * A {@code countTokens} request as it came over the wire, which may hold a whole request.
   *
   * @throws dev.caravan.call.CallFailed when the body is not one
   */
  public static ReadRequest requestToCount(byte[] body, String model) {
    return EnvelopeReader.fromWireToCount(body, model);
  }

  @Override
  public Envelope readRequest(byte[] body) {
    return EnvelopeReader.read(body);
  }

  @Override
  public Envelope readRequest(byte[] body, @Nullable Clues clues) {
    return EnvelopeReader.read(body, clues);
  }

  @Override
  public Envelope readRequest(Errand errand, byte[] body) {
    return errand == Errand.COUNT ? EnvelopeReader.readToCount(body) : EnvelopeReader.read(body);
  }

  @Override
  public @Nullable String path(Errand errand, String template, String model) {
    return errand == Errand.COUNT ? path(template, model, "countTokens") : null;
  }

  /** What the path says is taken out of the body; all else stays as it is. */
  @Override
  public List<Splice> forUpstream(Envelope envelope, String model, boolean wantUsage) {
    List<Splice> splices = new ArrayList<>(2);
    splices.add(new Splice(envelope.modelAt().start(), envelope.modelAt().end(), NOTHING));
    if (envelope.askForUsage() != null) {
      splices.add(envelope.askForUsage());
    }
    return splices;
  }

  @Override
  public String path(String template, String model, boolean stream) {
    String path = path(template, model, stream ? "streamGenerateContent" : "generateContent");
    return stream ? path + (path.indexOf('?') < 0 ? "?alt=sse" : "&alt=sse") : path;
  }

  private static String path(String template, String model, String method) {
    String name = URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
    return template.replace("{model}", name).replace("{method}", method);
  }

  @Override
  public AnswerFacts readAnswer(byte[] body) {
    return AnswerFactsReader.read(body);
  }

  /** A whole answer is a chunk like any other; line ends stand between its tokens only. */
  @Override
  public byte[] asStream(byte[] answer, Envelope envelope) {
    JsonWriter out = new JsonWriter(answer.length + 16);
    out.glue("data: ");
    byte[] line = answer.clone();
    for (int i = 0; i < line.length; i++) {
      if (line[i] == '\n' || line[i] == '\r') {
        line[i] = ' ';
      }
    }
    return out.glue(line).glue("\n\n").toBytes();
  }

  @Override
  public StreamWatch watch() {
    return new ChunkWatch();
  }

  @Override
  public Codec codec() {
    return codec;
  }

  @Override
  public int status(Failure failure) {
    return failure.relay() != null ? failure.relay().status() : failure.kind().status();
  }

  @Override
  public byte[] renderFailure(Failure failure, String requestId) {
    return ErrorWriter.write(
        status(failure),
        ErrorWriter.status(failure.kind()),
        failure.message(),
        failure.retryAfter());
  }

  @Override
  public byte[] renderRefusal(int status, String message, String requestId) {
    return ErrorWriter.write(status, ErrorWriter.status(status), message, null);
  }

  /** No {@code finishReason} follows: a stream that broke must not end as if it were complete. */
  @Override
  public byte[] renderFailureEvent(Failure failure, String requestId) {
    byte[] json = renderFailure(failure, requestId);
    return new JsonWriter(json.length + 16).glue("data: ").glue(json).glue("\n\n").toBytes();
  }
}
