package dev.caravan.upstream;

import dev.caravan.call.Call;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.call.ModelName;
import dev.caravan.dialect.cohere.CohereEmbeddings;
import dev.caravan.dialect.gemini.GeminiEmbeddings;
import dev.caravan.dialect.hub.embeddings.EmbeddingCodec;
import dev.caravan.dialect.hub.embeddings.EmbeddingRequest;
import dev.caravan.dialect.openai.embeddings.OpenAiEmbeddingCodec;
import dev.caravan.dialect.openai.embeddings.OpenAiEmbeddings;
import dev.caravan.provider.Provider;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * Calls for embeddings on the road that chat calls take: how one is marked, and what can be said
 * about it before a credential is taken.
 */
public final class Embeddings {
  private static final String ASKED = "caravanEmbeddings";
  private static final String READ = "caravanEmbeddingRequest";

  private static final EmbeddingCodec OPENAI = new OpenAiEmbeddingCodec();
  private static final EmbeddingCodec GEMINI = new GeminiEmbeddings();
  private static final EmbeddingCodec COHERE = new CohereEmbeddings();

  /** A request with the body that it was read from. */
  private record Read(byte[] of, EmbeddingRequest request) {}

  private Embeddings() {}

  /** Marks an exchange as one for embeddings. */
  public static void mark(Exchange exchange) {
    exchange.setProperty(ASKED, true);
  }

  public static boolean areAskedFor(Exchange exchange) {
    return exchange.getProperty(ASKED) != null;
  }

  /** The request as it stands now; read again when a step has changed the body. */
  public static EmbeddingRequest request(Exchange exchange) {
    Read known = exchange.getProperty(READ, Read.class);
    Object body = exchange.getMessage().getBody();
    if (known != null && known.of() == body) {
      return known.request();
    }
    byte[] bytes = exchange.getMessage().getBody(byte[].class);
    EmbeddingRequest request = OpenAiEmbeddings.read(bytes);
    exchange.getMessage().setBody(bytes);
    exchange.setProperty(READ, new Read(bytes, request));
    return request;
  }

  /**
   * Finds out whether a provider can be asked, and notes what will be left out.
   *
   * @throws CallFailed when it cannot
   */
  public static void check(Exchange exchange, Call call, Provider provider) {
    if (provider.embeddingsUrl().isEmpty()) {
      throw refused(
          Kind.MODEL_NOT_FOUND,
          provider,
          "provider '%s' has no embeddings; ask for a model of one that has"
              .formatted(provider.getName()),
          "model");
    }
    EmbeddingRequest request = request(exchange);
    if (request.hasTokenInputs() && !codec(provider).takesTokens()) {
      throw refused(
          Kind.UNSUPPORTED_PARAMETER,
          provider,
          "provider '%s' takes texts, not token numbers".formatted(provider.getName()),
          "input");
    }
    boolean leftOut = request.dimensions() != null && !takesDimensions(call, provider);
    if (leftOut) {
      if (call.isStrict()) {
        throw refused(
            Kind.UNSUPPORTED_PARAMETER,
            provider,
            "model '%s' has vectors of one length only; leave \"dimensions\" out"
                .formatted(upstreamModel(call)),
            "dimensions");
      }
    }
    call.dropped(leftOut ? List.of("dimensions") : List.of());
  }

  static EmbeddingCodec codec(Provider provider) {
    return switch (provider.getEmbeddings()) {
      case "gemini" -> GEMINI;
      case "cohere" -> COHERE;
      default -> OPENAI;
    };
  }

  static boolean takesDimensions(Call call, Provider provider) {
    return provider.takesDimensions(provider.model(upstreamModel(call)).id());
  }

  static String upstreamModel(Call call) {
    ModelName model = call.model();
    return model == null ? call.requestedModel() : model.upstreamModel();
  }

  private static CallFailed refused(Kind kind, Provider provider, String why, String param) {
    return new CallFailed(
        Failure.of(kind, Stage.TRANSLATION, "translation: " + why)
            .atProvider(provider.getName())
            .with(Map.of("param", param)));
  }
}
