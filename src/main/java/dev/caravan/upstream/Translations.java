package dev.caravan.upstream;

import dev.caravan.call.Call;
import dev.caravan.call.ModelName;
import dev.caravan.call.TimeSource;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Manner;
import dev.caravan.dialect.hub.Thoughts;
import dev.caravan.dialect.hub.Transform;
import dev.caravan.dialect.hub.Translation;
import dev.caravan.provider.Provider;
import java.util.List;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Requests in the dialect of the provider that they go to. Nothing is done, and nothing costs,
 * where the client speaks it already. Thread-safe.
 */
public final class Translations {
  private static final String MADE = "caravanTranslation";
  private static final String PARSED = "caravanConversation";

  /** A translation that was made, of which bytes and for whom. */
  private record Made(byte[] of, Provider provider, String model, Translation translation) {}

  /** A request that was read into the hub. */
  private record Parsed(byte[] of, Conversation conversation) {}

  private final Dialects dialects;
  private final TimeSource time;
  private final Thoughts thoughts;
  private final Manner manner;
  private final List<Transform> transforms = List.of();

  /**
   * @param time tells when an answer was made
   * @param thoughts outlive the routes, as turns do
   */
  public Translations(Dialects dialects, TimeSource time, Thoughts thoughts, Manner manner) {
    this.thoughts = thoughts;
    this.manner = manner;
    this.dialects = dialects;
    this.time = time;
  }

  /**
   * The translation of the call to a provider; made once, however many attempts there are.
   *
   * @return null when the client speaks the provider's dialect
   * @throws dev.caravan.call.CallFailed when the request cannot be said in it
   */
  public @Nullable Translation of(Exchange exchange, Call call, Provider provider) {
    String wanted = provider.getDialect();
    if (call.dialect().equals(wanted) && transforms.isEmpty()) {
      return null;
    }
    Object body = exchange.getMessage().getBody();
    ModelName named = call.model();
    String model =
        provider.model(named == null ? call.requestedModel() : named.upstreamModel()).id();
    Made known = exchange.getProperty(MADE, Made.class);
    if (known != null && known.provider() == provider && known.model().equals(model)) {
      return known.translation();
    }
    // a fallback: what an earlier provider was sent is not what the client sent
    byte[] from =
        known != null && known.translation().body() == body
            ? known.of()
            : exchange.getMessage().getBody(byte[].class);
    Dialect client = dialects.named(call.dialect());
    Translation made =
        new Translation(
            client,
            dialects.named(wanted),
            parsed(exchange, client, from),
            thoughts,
            call.client(),
            transforms,
            model,
            asksForUsage(provider),
            call.isStrict(),
            manner.withLargeBudgets(provider.getThinkingScale().equals("large")),
            time.epochMillis() / 1000);
    exchange.setProperty(MADE, new Made(from, provider, model, made));
    call.dropped(made.losses().dropped());
    return made;
  }

  /** The bytes to send: translated, or what a step has made of the translation. */
  byte[] body(Exchange exchange, Translation translation) {
    Made known = exchange.getProperty(MADE, Made.class);
    Object body = exchange.getMessage().getBody();
    boolean untouched = body == translation.body() || (known != null && known.of() == body);
    return untouched ? translation.body() : exchange.getMessage().getBody(byte[].class);
  }

  private static Conversation parsed(Exchange exchange, Dialect client, byte[] from) {
    Parsed known = exchange.getProperty(PARSED, Parsed.class);
    if (known != null && known.of() == from) {
      return known.conversation();
    }
    Conversation conversation = client.codec().parseRequest(from);
    exchange.setProperty(PARSED, new Parsed(from, conversation));
    return conversation;
  }

  private static boolean asksForUsage(Provider provider) {
    return provider.reportsStreamUsage()
        && !provider.refusedParameters().contains("stream_options");
  }
}
