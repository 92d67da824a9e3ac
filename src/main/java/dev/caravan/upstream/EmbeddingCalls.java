package dev.caravan.upstream;

import dev.caravan.call.Access;
import dev.caravan.call.Call;
import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.Secret;
import dev.caravan.dialect.MemberEdits;
import dev.caravan.dialect.Splice;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.embeddings.EmbeddingAnswer;
import dev.caravan.dialect.hub.embeddings.EmbeddingCodec;
import dev.caravan.dialect.hub.embeddings.EmbeddingRequest;
import dev.caravan.dialect.openai.OpenAiChat;
import dev.caravan.loop.Loop;
import dev.caravan.provider.ErrorRules;
import dev.caravan.provider.ModelList;
import dev.caravan.provider.Provider;
import io.vertx.core.MultiMap;
import io.vertx.core.net.ProxyOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Asks one provider for embeddings, with one credential: in one request, or in several one after
 * the other where there are more inputs than it takes at once. Thread-safe.
 */
final class EmbeddingCalls {
  private static final String JSON = "application/json";

  private final UpstreamClient client;
  private final Provider provider;
  private final EmbeddingCodec codec;
  private final @Nullable UpstreamTarget usualTarget;
  private final UpstreamTimeouts timeouts;
  private final @Nullable ProxyOptions proxy;
  private final PassedHeaders passed;
  private final ErrorRules errors;
  private final OpenAiChat dialect = new OpenAiChat();

  EmbeddingCalls(
      UpstreamClient client,
      Provider provider,
      UpstreamTimeouts timeouts,
      @Nullable ProxyOptions proxy,
      PassedHeaders passed,
      ErrorRules errors) {
    this.client = client;
    this.provider = provider;
    this.codec = Embeddings.codec(provider);
    this.usualTarget = provider.embeddingsUrl().map(UpstreamTarget::of).orElse(null);
    this.timeouts = timeouts;
    this.proxy = proxy;
    this.passed = passed;
    this.errors = errors;
  }

  /**
   * Makes the body the answer in OpenAI's form.
   *
   * @param headers of the request, the credential among them
   * @param access of the account that pays, null for a key
   */
  void answer(
      Exchange exchange,
      Call call,
      @Nullable Secret secret,
      Map<String, String> headers,
      @Nullable Access access)
      throws Exception {
    UpstreamTarget target =
        access == null || access.baseUrl() == null
            ? usualTarget
            : provider
                .embeddingsUrl()
                .map(url -> UpstreamTarget.of(Grants.url(provider, url, access)))
                .orElse(null);
    if (target == null) {
      throw new IllegalStateException("provider " + provider.getName() + " has no embeddings");
    }
    EmbeddingRequest request = Embeddings.request(exchange);
    boolean base64 = request.wantsBase64();
    ModelList.Model model = provider.model(Embeddings.upstreamModel(call));
    if (!provider.takesDimensions(model.id())) {
      request = request.withoutDimensions();
    }
    List<EmbeddingAnswer> parts = new ArrayList<>();
    MultiMap last = MultiMap.caseInsensitiveMultiMap();
    for (EmbeddingRequest part : parts(request)) {
      UpstreamAnswer.Whole whole = ask(exchange, call, secret, headers, target, part, model);
      parts.add(read(whole, part, base64));
      last = whole.headers();
    }
    call.onCancel(null);
    EmbeddingAnswer answer = EmbeddingAnswer.joined(parts);
    call.used(answer.usage());
    Message message = exchange.getMessage();
    passed.copy(last, message);
    message.setBody(answer.render(call.requestedModel()));
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
    message.setHeader(Exchange.CONTENT_TYPE, JSON);
    if (!call.dropped().isEmpty()) {
      message.setHeader(UpstreamProducer.DROPPED, String.join(", ", call.dropped()));
    }
  }

  private List<EmbeddingRequest> parts(EmbeddingRequest request) {
    int most =
        provider.getEmbeddingsLimit() > 0 ? provider.getEmbeddingsLimit() : codec.mostInputs();
    List<Raw> inputs = request.inputs();
    if (inputs.size() <= most) {
      return List.of(request);
    }
    List<EmbeddingRequest> parts = new ArrayList<>();
    for (int from = 0; from < inputs.size(); from += most) {
      parts.add(request.with(inputs.subList(from, Math.min(inputs.size(), from + most))));
    }
    return parts;
  }

  private UpstreamAnswer.Whole ask(
      Exchange exchange,
      Call call,
      @Nullable Secret secret,
      Map<String, String> headers,
      UpstreamTarget where,
      EmbeddingRequest part,
      ModelList.Model model)
      throws InterruptedException {
    byte[] body = codec.request(part, model.id());
    UpstreamRequest request =
        new UpstreamRequest(
            where.isTemplate() ? where.at(codec.path(where.path(), model.id())) : where,
            headers,
            Splice.apply(body, 0, edits(body, model.options())),
            false,
            false,
            call.requestedModel(),
            dialect,
            null,
            timeouts,
            proxy);
    Loop loop = exchange.getProperty(Loop.PROPERTY, Loop.class);
    UpstreamCall wire =
        new UpstreamCall(request, client, loop == null ? client.anyLoop() : loop, NO_STREAM);
    call.onCancel(wire::cancel);
    if (call.transcript() != null) {
      wire.takeDown(call.transcript());
    }
    long sentNanos = System.nanoTime();
    wire.start();
    UpstreamAnswer answer = wire.await();
    call.waitedForUpstream(System.nanoTime() - sentNanos);
    return whole(answer, secret == null ? List.of() : List.of(secret));
  }

  private UpstreamAnswer.Whole whole(UpstreamAnswer answer, List<Secret> secrets) {
    return switch (answer) {
      case UpstreamAnswer.Whole whole when whole.status() / 100 == 2 -> whole;
      case UpstreamAnswer.Whole(var status, var headers, var body) ->
          throw new UpstreamFault(errors.classify(status, headers::get, body, secrets));
      case UpstreamAnswer.Broken(var kind, var evidence, var message) ->
          throw new UpstreamFault(Fault.of(kind, "transport " + evidence, message));
      case UpstreamAnswer.Cancelled() -> throw new UpstreamCancelled();
      case UpstreamAnswer.Opened(_, var stream) -> {
        stream.close();
        throw unreadable("it is a stream of events");
      }
      case UpstreamAnswer.ErrorEvent(_, var json) ->
          throw new UpstreamFault(errors.classifyStreamError(json, secrets));
    };
  }

  private EmbeddingAnswer read(UpstreamAnswer.Whole whole, EmbeddingRequest part, boolean base64) {
    try {
      return codec.answer(whole.body(), part).in(base64);
    } catch (IOException e) {
      throw unreadable(String.valueOf(e.getMessage()));
    }
  }

  private UpstreamFault unreadable(String why) {
    return new UpstreamFault(
        Fault.of(
            FaultClass.UNREADABLE_ANSWER,
            "transport body",
            "the answer holds no embeddings in the form of %s: %s".formatted(codec.name(), why)));
  }

  private List<Splice> edits(byte[] body, Map<String, Object> options) {
    if (!codec.name().equals("openai")
        || (provider.refusedParameters().isEmpty()
            && provider.renamedParameters().isEmpty()
            && options.isEmpty())) {
      return List.of();
    }
    try {
      return MemberEdits.of(
          body, provider.refusedParameters(), provider.renamedParameters(), options);
    } catch (IOException e) {
      throw new IllegalStateException("a request that was just written is unreadable", e);
    }
  }

  private static final StreamIntake.Failures NO_STREAM =
      new StreamIntake.Failures() {
        @Override
        public Fault ofEvent(byte[] json, MultiMap headers) {
          return Fault.of(FaultClass.UNREADABLE_ANSWER, "transport body", "it is a stream");
        }

        @Override
        public Fault ofBreak(FaultClass kind, String evidence, String message) {
          return Fault.of(kind, "transport " + evidence, message);
        }

        @Override
        public byte[] event(Fault fault) {
          return new byte[0];
        }
      };
}
