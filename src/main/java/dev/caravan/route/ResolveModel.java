package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.call.ModelName;
import dev.caravan.provider.NearNames;
import dev.caravan.provider.Provider;
import dev.caravan.upstream.Calls;
import dev.caravan.upstream.ModelLists;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * The step {@code resolveModel}: completes a bare name where its dialect has a default provider,
 * and makes sure that somebody serves the model before the call is sent there. A name that nobody
 * serves is a 404 with near names (http-api.md 1.3).
 */
public final class ResolveModel implements Processor {
  private final LiveProviders providers;
  private final Map<String, String> defaultProviders;
  private final ModelLists lists;
  private final boolean enforceFilters;

  /**
   * Makes the step for one set of routes.
   *
   * @param defaultProviders provider of bare names, by the name of the client's dialect
   * @param lists names that are near a wrong one
   * @param enforceFilters whether filters hold for calls, not only for the list
   */
  public ResolveModel(
      LiveProviders providers,
      Map<String, String> defaultProviders,
      ModelLists lists,
      boolean enforceFilters) {
    this.providers = providers;
    this.defaultProviders = defaultProviders;
    this.lists = lists;
    this.enforceFilters = enforceFilters;
  }

  @Override
  public void process(Exchange exchange) {
    Call call = Calls.of(exchange);
    ModelName model = call.model();
    if (model == null) {
      model = completed(exchange, call);
    }
    if (model == null) {
      throw new CallFailed(
          unknown(
              call.requestedModel(),
              "model '%s' has no provider in front; name it as provider/model"
                  .formatted(shown(call.requestedModel()))));
    }
    Provider provider = providers.find(model.provider());
    if (provider == null) {
      throw new CallFailed(
          unknown(
              call.requestedModel(),
              "there is no provider '%s' here".formatted(shown(model.provider()))));
    }
    if (enforceFilters && !provider.filter().allows(model.provider(), model.upstreamModel())) {
      throw new CallFailed(
          unknown(
              call.requestedModel(),
              "model '%s' is filtered out".formatted(shown(model.toString()))));
    }
  }

  private @Nullable ModelName completed(Exchange exchange, Call call) {
    String provider = defaultProviders.get(call.dialect());
    String bare = call.requestedModel();
    boolean isBare = !bare.isEmpty() && bare.indexOf('/') < 0;
    if (provider == null || !isBare || providers.find(provider) == null) {
      return null;
    }
    ModelName model = new ModelName(provider, bare);
    call.routeTo(model);
    Calls.routed(exchange, call);
    return model;
  }

  Failure unknown(String requested, String why) {
    List<String> near = near(requested);
    String hint =
        near.isEmpty()
            ? providers.all().isEmpty()
                ? "; no provider is set up"
                : "; providers: " + shown(String.join(", ", providers.all().keySet()))
            : "; did you mean " + String.join(", ", near) + "?";
    return Failure.of(Kind.MODEL_NOT_FOUND, Stage.CLIENT_REQUEST, "client request: " + why + hint)
        .with(Map.of("param", "model", "near", near));
  }

  /** Names of models, and the same model at a provider whose name is near. */
  private List<String> near(String requested) {
    Stream<String> models = NearModels.of(requested, names()).stream();
    Stream<String> providersOfIt =
        ModelName.parse(requested).stream()
            .flatMap(
                model ->
                    NearNames.of(model.provider(), providers.all().keySet()).stream()
                        .filter(provider -> !provider.equals(model.provider()))
                        .map(provider -> shown(provider + "/" + model.upstreamModel())));
    return Stream.concat(models, providersOfIt).distinct().limit(5).toList();
  }

  /** The models that are known, and the prefixes of providers of which none is. */
  private List<String> names() {
    List<String> names = new ArrayList<>();
    Set<String> owners = new HashSet<>();
    for (ModelLists.Card card : lists.of(providers.all().values())) {
      names.add(card.id());
      owners.add(card.owner());
    }
    providers.all().keySet().stream()
        .filter(name -> !owners.contains(name))
        .forEach(name -> names.add(name + "/"));
    return names;
  }

  private static String shown(String text) {
    return text.length() > 200 ? text.substring(0, 200) + "…" : text;
  }
}
