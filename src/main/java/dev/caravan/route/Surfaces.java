package dev.caravan.route;

import dev.caravan.call.RecentCalls;
import dev.caravan.call.TimeSource;
import dev.caravan.config.Choice.AnthropicStreamError;
import dev.caravan.config.Choice.ResponsesError;
import dev.caravan.config.Choice.TemperatureZero;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.ZeroTemperature;
import dev.caravan.dialect.anthropic.AnthropicMessages;
import dev.caravan.dialect.gemini.Gemini;
import dev.caravan.dialect.openai.OpenAiChat;
import dev.caravan.dialect.openai.embeddings.OpenAiEmbeddings;
import dev.caravan.dialect.openai.responses.OpenAiResponses;
import dev.caravan.pool.Pools;
import dev.caravan.provider.ModelAliases;
import dev.caravan.provider.model.ModelCatalogue;
import dev.caravan.route.hook.Hooks;
import dev.caravan.upstream.ModelLists;
import java.time.Duration;
import java.util.List;
import org.apache.camel.RoutesBuilder;

/** All routes in Java, made anew for each set of routes. */
public final class Surfaces {
  private final Dialects dialects;
  private final Authentication authentication;
  private final Readiness readiness;
  private final ModelLists lists;
  private final ModelCatalogue catalogue;
  private final Duration catalogueInterval;
  private final ModelAliases aliases;
  private final Pools pools;
  private final QuotaReload reload;
  private final Duration budget;
  private final Surface.Records records;
  private final boolean strict;
  private final ZeroTemperature zeroTemperature;
  private final boolean geminiEvents;
  private final ResponsesError responsesErrors;
  private final AnthropicStreamError anthropicErrors;
  private final Conversations conversations;
  private final boolean retriesReasoning;
  private final EmbeddingBatches batches;
  private final String version;

  /**
   * Takes what the surfaces share.
   *
   * @param geminiEvents whether a stream of Gemini's is one of events when the client does not say
   */
  public Surfaces(
      Dialects dialects,
      Authentication authentication,
      Readiness readiness,
      ModelLists lists,
      ModelCatalogue catalogue,
      Duration catalogueInterval,
      ModelAliases aliases,
      Pools pools,
      QuotaReload reload,
      Duration budget,
      RecentCalls recent,
      boolean routeHeader,
      boolean strict,
      TemperatureZero zeroTemperature,
      boolean geminiEvents,
      ResponsesError responsesErrors,
      AnthropicStreamError anthropicErrors,
      Conversations conversations,
      boolean retriesReasoning,
      EmbeddingBatches batches,
      String version) {
    this.dialects = dialects;
    this.authentication = authentication;
    this.readiness = readiness;
    this.lists = lists;
    this.catalogue = catalogue;
    this.catalogueInterval = catalogueInterval;
    this.aliases = aliases;
    this.pools = pools;
    this.reload = reload;
    this.budget = budget;
    this.records = new Surface.Records(recent, routeHeader);
    this.strict = strict;
    this.zeroTemperature = new ZeroTemperature(zeroTemperature);
    this.geminiEvents = geminiEvents;
    this.responsesErrors = responsesErrors;
    this.anthropicErrors = anthropicErrors;
    this.conversations = conversations;
    this.retriesReasoning = retriesReasoning;
    this.batches = batches;
    this.version = version;
  }

  /** The routes for one Camel context. */
  public List<RoutesBuilder> routes(LiveProviders providers, Hooks hooks) {
    return List.of(
        new ChatRoutes(surface(OpenAiChat.NAME, hooks)),
        new MessagesRoutes(surface(new AnthropicMessages(anthropicErrors), hooks)),
        new ResponsesRoutes(surface(new OpenAiResponses(responsesErrors), hooks)),
        new GeminiRoutes(surface(Gemini.NAME, hooks), geminiEvents),
        new ModelRoutes(authentication, providers, lists, aliases, catalogue),
        new CatalogueRoutes(authentication, providers, lists, pools, catalogue, catalogueInterval),
        new CostRoutes(
            authentication, providers, aliases, catalogue, dialects.named(OpenAiChat.NAME)),
        new EmbeddingRoutes(surface(new OpenAiEmbeddings(), hooks), batches),
        new TokenRoutes(
            surface(OpenAiChat.NAME, hooks), new TokenCount(dialects.named(OpenAiChat.NAME))),
        new QuotaRoutes(authentication, pools, reload, TimeSource.system()),
        new StatusRoutes(readiness, version));
  }

  private Surface surface(String dialect, Hooks hooks) {
    return surface(dialects.named(dialect), hooks);
  }

  private Surface surface(Dialect dialect, Hooks hooks) {
    return new Surface(
        dialect,
        authentication,
        TimeSource.system(),
        budget,
        records,
        strict,
        zeroTemperature,
        conversations,
        retriesReasoning,
        hooks);
  }
}
