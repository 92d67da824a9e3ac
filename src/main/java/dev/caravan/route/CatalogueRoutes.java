package dev.caravan.route;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.pool.Pool;
import dev.caravan.pool.Pools;
import dev.caravan.provider.Catalogue;
import dev.caravan.provider.LocalServer;
import dev.caravan.provider.Provider;
import dev.caravan.provider.model.ModelCatalogue;
import dev.caravan.upstream.ModelLists;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway knows: {@code GET /v1/providers} (http-api.md 13) and {@code GET
 * /v1/model-info/stats} (http-api.md 11).
 */
final class CatalogueRoutes extends RouteBuilder {
  private final Authentication authentication;
  private final LiveProviders providers;
  private final ModelLists lists;
  private final Pools pools;
  private final ModelCatalogue catalogue;
  private final Duration interval;

  CatalogueRoutes(
      Authentication authentication,
      LiveProviders providers,
      ModelLists lists,
      Pools pools,
      ModelCatalogue catalogue,
      Duration interval) {
    this.authentication = authentication;
    this.providers = providers;
    this.lists = lists;
    this.pools = pools;
    this.catalogue = catalogue;
    this.interval = interval;
  }

  @Override
  public void configure() {
    // spotless:off
    from("platform-http:/v1/providers?httpMethodRestrict=GET").routeId("providers")
        .routeDescription("GET /v1/providers, whom the gateway knows, and with detail=true whom it can call")
        .errorHandler(noErrorHandler())
        .process(authentication::check).id("providers.authenticate")
        .process(this::list).id("providers.list");
    from("platform-http:/v1/model-info/stats?httpMethodRestrict=GET").routeId("model-info-stats")
        .routeDescription("GET /v1/model-info/stats, where facts about models come from")
        .errorHandler(noErrorHandler())
        .process(authentication::check).id("model-info-stats.authenticate")
        .process(this::stats).id("model-info-stats.tell");
    // spotless:on
  }

  private void list(Exchange exchange) throws Exception {
    TreeMap<String, Catalogue.@Nullable Entry> all = new TreeMap<>();
    Catalogue.bundled().entries().forEach(entry -> all.put(entry.name(), entry));
    providers.all().keySet().forEach(name -> all.putIfAbsent(name, null));
    boolean detail =
        "true".equalsIgnoreCase(exchange.getMessage().getHeader("detail", String.class));
    if (detail) {
      lists.prepare(providers.all().values());
    }
    JsonReply.set(
        exchange,
        json -> {
          json.writeStartArray();
          for (var one : all.entrySet()) {
            if (detail) {
              detail(json, one.getKey(), one.getValue());
            } else {
              json.writeString(one.getKey());
            }
          }
          json.writeEndArray();
        });
  }

  private void detail(JsonGenerator json, String name, Catalogue.@Nullable Entry entry)
      throws IOException {
    Provider live = providers.find(name);
    json.writeStartObject();
    json.writeStringField("name", name);
    json.writeArrayFieldStart("dialects");
    json.writeString(live != null ? live.getDialect() : entry == null ? "" : entry.dialect());
    json.writeEndArray();
    json.writeArrayFieldStart("auth");
    json.writeString("api_key");
    if (live != null ? live.isKeyOptional() : entry != null && entry.keyOptional()) {
      json.writeString("none");
    }
    json.writeEndArray();
    json.writeBooleanField("configured", live != null);
    Pool pool = live == null ? null : pools.find(name);
    json.writeNumberField("credentials", pool == null ? 0 : pool.credentials().size());
    json.writeNumberField("available", pool == null ? 0 : available(pool));
    if (live != null) {
      ModelLists.Standing standing = lists.standing(live);
      int shown = lists.of(List.of(live)).size();
      json.writeNumberField("models", shown);
      json.writeNumberField("models_hidden", Math.max(0, standing.listed() - shown));
      if (standing.fetchedAtMillis() > 0) {
        json.writeNumberField("models_fetched_at", standing.fetchedAtMillis() / 1000);
      }
      LocalServer server = standing.server();
      if (server != null && live.isOnesOwn()) {
        json.writeStringField("server", server.title());
      }
      if (!standing.trouble().isEmpty()) {
        json.writeStringField("models_error", standing.trouble());
      }
    } else {
      json.writeNumberField("models", 0);
    }
    json.writeStringField("source", live == null ? "builtin" : providers.source(name));
    json.writeStringField(
        "key_variable", name.toUpperCase(java.util.Locale.ROOT).replace('-', '_') + "_API_KEY");
    json.writeEndObject();
  }

  private static long available(Pool pool) {
    return pool.view().credentials().stream()
        .filter(credential -> credential.status().matches("active|mixed"))
        .count();
  }

  private void stats(Exchange exchange) throws IOException {
    List<ModelCatalogue.Source> sources = catalogue.sources();
    JsonReply.set(
        exchange,
        json -> {
          json.writeStartObject();
          json.writeBooleanField("ready", true);
          long refreshed = catalogue.lastRefresh();
          if (refreshed == 0) {
            json.writeNullField("last_refresh");
          } else {
            json.writeNumberField("last_refresh", refreshed / 1000.0);
          }
          json.writeNumberField("openrouter_count", count(sources, "openrouter"));
          json.writeNumberField("modelsdev_count", count(sources, "modelsdev"));
          json.writeNumberField("cached_lookups", catalogue.rememberedNames());
          json.writeNumberField("index_entries", catalogue.indexEntries());
          json.writeNumberField("refresh_interval", interval.toSeconds());
          json.writeArrayFieldStart("sources");
          for (ModelCatalogue.Source source : sources) {
            json.writeStartObject();
            json.writeStringField("name", source.name());
            json.writeBooleanField("ok", source.error().isEmpty());
            json.writeNumberField("count", source.models());
            json.writeStringField("fetched_at", source.date());
            json.writeStringField("error", source.error());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static int count(List<ModelCatalogue.Source> sources, String name) {
    return sources.stream()
        .filter(source -> source.name().equals(name))
        .mapToInt(ModelCatalogue.Source::models)
        .sum();
  }
}
