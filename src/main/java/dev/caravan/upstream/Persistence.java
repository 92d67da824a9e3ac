package dev.caravan.upstream;

import dev.caravan.call.Call;
import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.provider.Provider;
import dev.caravan.provider.TryAgain;
import dev.caravan.provider.transform.Transforms;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a request again before the pool hears of its failure, for the few providers that want it:
 * at another of their addresses, after a moment, or with a word about what was wrong with the
 * answer (providers.md 5.9, 6.6, 6.8). Always before anything has reached the client, and never
 * beyond the time that the call has. What is spent is spent for the whole call. Thread-safe.
 */
final class Persistence {
  private static final Logger LOG = LoggerFactory.getLogger(Persistence.class);

  /** How often something was tried in a call. */
  private static final class Spent {
    private final Map<FaultClass, Integer> tries = new EnumMap<>(FaultClass.class);

    int and(FaultClass kind) {
      return tries.merge(kind, 1, Integer::sum);
    }
  }

  /** One request. */
  interface Attempt {
    /**
     * Makes it.
     *
     * @param base another address of the provider, null for the usual one
     */
    void make(@Nullable String base) throws Exception;
  }

  private final String provider;
  private final List<String> elsewhere;
  private final TryAgain tries;
  private final String transformsName;
  private final String spentName;

  private Persistence(String provider, List<String> elsewhere, TryAgain tries) {
    this.provider = provider;
    this.elsewhere = elsewhere;
    this.tries = tries;
    this.transformsName = "caravanTransforms." + provider;
    this.spentName = "caravanTriesSpent." + provider;
  }

  /** That of a provider, null where a failure is left to the pool at once. */
  static @Nullable Persistence of(Provider provider, Transforms transforms) {
    TryAgain tries = provider.triesAgain();
    boolean none =
        provider.getMoreBaseUrls().isEmpty()
            && tries.rules().isEmpty()
            && !transforms.maySayItAgain();
    return none ? null : new Persistence(provider.getName(), provider.getMoreBaseUrls(), tries);
  }

  /** The transforms of a call, which remember over its attempts what was wrong. */
  Transforms sameFor(Exchange exchange, Supplier<Transforms> fresh) {
    Transforms known = exchange.getProperty(transformsName, Transforms.class);
    if (known == null) {
      known = fresh.get();
      exchange.setProperty(transformsName, known);
    }
    return known;
  }

  /**
   * Makes a request until it is answered or given up.
   *
   * @param mayMove whether the provider's other addresses are good for whoever pays
   */
  void make(Exchange exchange, Call call, boolean mayMove, Attempt attempt) throws Exception {
    Object body = exchange.getMessage().getBody();
    int place = -1;
    while (true) {
      try {
        attempt.make(place < 0 ? null : elsewhere.get(place));
        return;
      } catch (UpstreamFault failed) {
        Duration pause = pause(exchange, failed.fault());
        if (pause == null && mayMove && isServers(failed.fault()) && place + 1 < elsewhere.size()) {
          pause = Duration.ZERO;
          place++;
        }
        if (pause == null || pause.compareTo(call.deadline().remaining()) >= 0) {
          throw failed;
        }
        LOG.info(
            "upstream {}: request {}: {} ({}); trying it again{}",
            provider,
            call.id(),
            failed.fault().kind().word(),
            failed.fault().message(),
            pause.isZero() ? "" : " in " + pause.toMillis() + " ms");
        if (!call.rest(pause)) {
          throw new UpstreamCancelled();
        }
        exchange.getMessage().setBody(body);
      }
    }
  }

  /** How long to wait before it is made again at the same place, null for not at all. */
  private @Nullable Duration pause(Exchange exchange, Fault fault) {
    Transforms transforms = exchange.getProperty(transformsName, Transforms.class);
    Duration said = transforms == null ? null : transforms.sayItAgainAfter(fault);
    if (said != null) {
      return said;
    }
    TryAgain.Times times = tries.after(fault);
    if (times == null) {
      return null;
    }
    Spent spent = exchange.getProperty(spentName, Spent.class);
    if (spent == null) {
      spent = new Spent();
      exchange.setProperty(spentName, spent);
    }
    // the pool makes one more attempt, which is the last of them
    return spent.and(fault.kind()) < times.attempts() - 1 ? times.pause() : null;
  }

  private boolean isServers(Fault fault) {
    boolean server =
        switch (fault.kind()) {
          case SERVER_ERROR, TIMEOUT, API_CONNECTION -> true;
          case OVERLOADED -> fault.status() >= 500;
          default -> false;
        };
    return server && tries.after(fault) == null;
  }
}
