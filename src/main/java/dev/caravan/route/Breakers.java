package dev.caravan.route;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.component.resilience4j.ResilienceProcessor;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breakers of all providers. They outlive the routes: each set of routes is built and
 * tried with breakers of its own, and takes these over when it goes live. Thread-safe.
 *
 * <p>Camel 4.18.0 would share them by one registry, but takes each breaker out of it when a route
 * stops, so that the next set would find none.
 */
public final class Breakers {
  private static final Pattern NUMBER = Pattern.compile("^.*\\d(?=rest-)");

  private final Map<String, CircuitBreaker> byName = new ConcurrentHashMap<>();

  /** A registry for one set of routes, which knows nothing. */
  public CircuitBreakerRegistry fresh() {
    return CircuitBreakerRegistry.ofDefaults();
  }

  /**
   * Gives the routes of a context the breakers that are known; one with other rules begins anew.
   */
  public void adopt(CamelContext context) {
    for (Route route : context.getRoutes()) {
      for (Processor step : route.filter("*")) {
        if (step instanceof ResilienceProcessor breaker) {
          CircuitBreaker own = breaker.getCircuitBreaker();
          breaker.setCircuitBreaker(
              byName.compute(
                  nameOf(own),
                  (name, known) -> known != null && sameRules(known, own) ? known : anew(own)));
        }
      }
    }
  }

  // The one that the routes were tried with has counted the trial.
  private static CircuitBreaker anew(CircuitBreaker tried) {
    return CircuitBreaker.of(tried.getName(), tried.getCircuitBreakerConfig());
  }

  private static boolean sameRules(CircuitBreaker one, CircuitBreaker other) {
    return rules(one).equals(rules(other));
  }

  // The type itself has no equals.
  private static List<Object> rules(CircuitBreaker breaker) {
    CircuitBreakerConfig config = breaker.getCircuitBreakerConfig();
    return List.of(
        config.getFailureRateThreshold(),
        config.getMinimumNumberOfCalls(),
        config.getSlidingWindowSize(),
        config.getSlidingWindowType(),
        config.getPermittedNumberOfCallsInHalfOpenState(),
        config.getWaitIntervalFunctionInOpenState().apply(1),
        config.getSlowCallRateThreshold(),
        config.getSlowCallDurationThreshold());
  }

  /** The one that gives a provider its rests, null when its template has none. */
  @Nullable CircuitBreaker of(String provider) {
    return byName.get("rest-" + provider);
  }

  /**
   * Camel puts the number of a template's instance before the name, which is not always the same.
   */
  private static String nameOf(CircuitBreaker breaker) {
    return NUMBER.matcher(breaker.getName()).replaceFirst("");
  }
}
