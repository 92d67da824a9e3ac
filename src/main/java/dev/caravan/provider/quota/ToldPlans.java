package dev.caravan.provider.quota;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What providers have told of the plans of their credentials, and of the models that share a quota.
 * Outlives the routes. Thread-safe.
 */
public final class ToldPlans {
  /** One that is told nothing. */
  public static final ToldPlans NONE = new ToldPlans();

  private record Of(String provider, String name) {}

  private final Map<Of, String> plans = new ConcurrentHashMap<>();
  private final Map<Of, List<String>> models = new ConcurrentHashMap<>();

  /** The plan of a credential, by its id; empty when nobody has told it. */
  public Optional<String> plan(String provider, String credential) {
    return Optional.ofNullable(plans.get(new Of(provider, credential)));
  }

  /** The models of a quota group, empty when they were not told. */
  public List<String> models(String provider, String group) {
    return models.getOrDefault(new Of(provider, group), List.of());
  }

  /** Takes note of a plan; whether it is news. */
  public boolean planIs(String provider, String credential, String plan) {
    return !plan.equals(plans.put(new Of(provider, credential), plan));
  }

  /** Takes note of the models of a group; whether they are news. None at all are no answer. */
  public boolean modelsAre(String provider, String group, List<String> told) {
    return !told.isEmpty() && !told.equals(models.put(new Of(provider, group), List.copyOf(told)));
  }
}
