package dev.caravan.route;

import dev.caravan.call.Attempt;
import dev.caravan.call.Call;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass.Blame;
import dev.caravan.call.ModelName;
import dev.caravan.call.Note;
import dev.caravan.call.Outcome;
import dev.caravan.call.Secret;
import dev.caravan.call.Skipped;
import dev.caravan.call.Usage;
import dev.caravan.dialect.Errand;
import dev.caravan.http.ServedRequest;
import dev.caravan.observe.files.FailureLog;
import dev.caravan.pool.Ask;
import dev.caravan.pool.Baseline;
import dev.caravan.pool.Choice;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Decision;
import dev.caravan.pool.Lease;
import dev.caravan.pool.Place;
import dev.caravan.pool.Pool;
import dev.caravan.pool.PoolView;
import dev.caravan.pool.Pools;
import dev.caravan.provider.QuotaFigures;
import dev.caravan.route.hook.Hooks;
import dev.caravan.upstream.Calls;
import dev.caravan.upstream.UpstreamCancelled;
import dev.caravan.upstream.UpstreamFault;
import dev.caravan.upstream.UpstreamStream;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.processor.loadbalancer.LoadBalancerSupport;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.UnitOfWorkHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The load balancer {@code keyRotation}: one output, the call, and the credentials of the provider
 * to balance over. Tries them in turn until one answers or the failure says that no other would
 * help. The decisions are the pool's; this loop only obeys.
 *
 * <p>A failure that is the provider's is thrown, so that the circuit breaker around this counts it;
 * any other is left on the call.
 */
public final class KeyRotation extends LoadBalancerSupport {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRotation.class);

  private static final Secret NO_SECRET = new Secret("dry-run", "dry-run");

  private final Pools pools;
  private final Faults faults;
  private final Breakers breakers;
  private final Hooks hooks;
  private final FailureNotes failures;
  private final Costs costs;
  private final LiveProviders providers;

  /**
   * Makes one for one route.
   *
   * @param breakers where a provider's breaker is found when a stream of it breaks after it has
   *     begun
   */
  public KeyRotation(
      Pools pools,
      Faults faults,
      Breakers breakers,
      FailureLog failures,
      Hooks hooks,
      Costs costs,
      LiveProviders providers) {
    this.pools = pools;
    this.faults = faults;
    this.breakers = breakers;
    this.failures = new FailureNotes(failures);
    this.hooks = hooks;
    this.costs = costs;
    this.providers = providers;
  }

  // Blocks on purpose: every exchange has a virtual thread of its own.
  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    try {
      if (Calls.isDryRun(exchange)) {
        dryRun(exchange);
      } else if (Calls.errand(exchange) == Errand.COUNT) {
        count(exchange, Calls.of(exchange));
      } else {
        rotate(exchange, Calls.of(exchange));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.setException(e);
    } catch (RuntimeException e) {
      exchange.setException(e);
    }
    callback.done(true);
    return true;
  }

  /** One attempt with a credential that is none, and no pool knows of it. */
  private void dryRun(Exchange exchange) {
    Calls.attempt(exchange, 1, NO_SECRET);
    try {
      getProcessors().getFirst().process(exchange);
    } catch (Exception e) {
      exchange.setException(e);
    } finally {
      Calls.attemptOver(exchange);
    }
  }

  /**
   * One attempt with a credential that is free. Neither its success nor its failure is booked, and
   * where it fails there is no answer and no failure: whoever wants a count can guess it
   * (http-api.md 6).
   */
  private void count(Exchange exchange, Call call) {
    Message message = exchange.getMessage();
    ModelName model = call.model();
    Pool pool = model == null ? null : pools.find(model.provider());
    Secret free = pool == null || hooks.beforeSelect(exchange, call) != null ? null : free(pool);
    if (pool == null || free == null) {
      message.setBody(null);
      return;
    }
    Calls.attempt(exchange, 1, free);
    try {
      if (hooks.beforeUpstream(exchange, call) != null) {
        message.setBody(null);
        return;
      }
      getProcessors().getFirst().process(exchange);
    } catch (Exception e) {
      exchange.setException(e);
    } finally {
      Calls.attemptOver(exchange);
    }
    Exception problem = exchange.getException();
    if (problem != null) {
      LOG.debug("provider {} did not count tokens: {}", pool.provider(), problem.getMessage());
      exchange.setException(null);
      exchange.getMessage().setBody(null);
    }
  }

  /** The secret of a credential that neither rests nor is locked, null when there is none. */
  private static @Nullable Secret free(Pool pool) {
    List<PoolView.CredentialView> views = pool.view().credentials();
    for (Credential credential : pool.credentials()) {
      for (PoolView.CredentialView view : views) {
        if (view.id().equals(credential.id()) && view.state() == PoolView.State.READY) {
          return credential.secret();
        }
      }
    }
    return null;
  }

  private void rotate(Exchange exchange, Call call) throws InterruptedException {
    Failure refusal = hooks.beforeSelect(exchange, call);
    if (refusal != null) {
      call.fail(refusal);
      return;
    }
    ModelName model = call.model();
    Pool pool = model == null ? null : pools.find(model.provider());
    if (model == null || pool == null) {
      call.fail(noPool(model));
      return;
    }
    Turn turn =
        new Turn(
            exchange,
            call,
            pool.ask(call, model, Wishes.of(exchange, call)),
            exchange.getMessage().getBody(),
            costs.quote(model));
    @Nullable Place place = null;
    try {
      while (true) {
        switch (pool.choose(turn.ask())) {
          case Choice.Lent(var lease) -> {
            place = null;
            if (lease.hasPassedOver()) {
              notePassedOver(turn, pool);
            }
            if (useUp(turn, pool, lease)) {
              return;
            }
          }
          case Choice.Wait(var here, var atMost, var why) -> {
            if (place == null) {
              notePassedOver(turn, pool);
            }
            place = here;
            call.onCancel(here::wake);
            long before = System.nanoTime();
            here.await(atMost);
            call.note(new Note.Waited(before, pool.provider(), why, System.nanoTime() - before));
          }
          case Choice.Refused(var why) -> {
            notePassedOver(turn, pool);
            fail(turn, pool.exhausted(turn.ask(), why));
            return;
          }
        }
        if (call.isCancelled()) {
          clientLeft(call);
          return;
        }
      }
    } finally {
      if (place != null) {
        place.close();
      }
    }
  }

  private static void notePassedOver(Turn turn, Pool pool) {
    List<Skipped> skipped = pool.skipped(turn.ask());
    if (!skipped.isEmpty()) {
      turn.call().note(new Note.PassedOver(System.nanoTime(), pool.provider(), skipped));
    }
  }

  /** What stays the same over the attempts of one call at one provider. */
  private record Turn(Exchange exchange, Call call, Ask ask, Object body, Costs.Quote quote) {}

  /**
   * Attempts with one credential.
   *
   * @return whether the call is over, answered or failed
   */
  private boolean useUp(Turn turn, Pool pool, Lease lease) throws InterruptedException {
    while (true) {
      prepare(turn, lease);
      Failure refusal = hooks.beforeUpstream(turn.exchange(), turn.call());
      if (refusal != null) {
        Calls.attemptOver(turn.exchange());
        lease.settle(new Outcome.Cancelled(Usage.NONE));
        turn.call().fail(refusal);
        return true;
      }
      long started = System.nanoTime();
      Exception problem = attempt(turn);
      takeFigures(turn, pool, lease);
      if (problem == null) {
        answered(turn, lease, started);
        return true;
      }
      if (turn.call().isCancelled() || problem instanceof UpstreamCancelled) {
        lease.settle(new Outcome.Cancelled(Usage.NONE));
        clientLeft(turn.call());
        return true;
      }
      Fault fault = faults.of(problem, turn.ask().model().provider(), lease.credential().secret());
      if (fault == null) {
        lease.settle(new Outcome.Cancelled(Usage.NONE));
        throw problem instanceof RuntimeException bug ? bug : new IllegalStateException(problem);
      }
      turn.call()
          .tried(
              new Attempt(lease.fingerprint(), fault.kind(), fault.status(), millisSince(started)),
              started,
              fault.message());
      Decision decision = pool.decide(turn.ask(), lease, fault);
      failures.note(turn.exchange(), turn.call(), lease.fingerprint(), fault, decision, problem);
      switch (decision) {
        case Decision.RetrySame(var wait) -> {
          tell(turn, lease, fault, "trying it again", wait);
          if (!turn.call().rest(wait)) {
            lease.settle(new Outcome.Cancelled(Usage.NONE));
            clientLeft(turn.call());
            return true;
          }
        }
        case Decision.Rotate(var wait) -> {
          tell(turn, lease, fault, "trying the next", wait);
          if (!turn.call().rest(wait)) {
            clientLeft(turn.call());
            return true;
          }
          return false;
        }
        case Decision.Stop(var failure) -> {
          tell(turn, lease, fault, "giving up", Duration.ZERO);
          fail(turn, failure);
          return true;
        }
      }
    }
  }

  private static void prepare(Turn turn, Lease lease) {
    Exchange exchange = turn.exchange();
    exchange.getMessage().setBody(turn.body());
    Calls.attempt(exchange, turn.call().attempts().size() + 1, lease.credential().secret());
  }

  // A failed step does not throw here: Camel leaves its exception on the exchange.
  private @Nullable Exception attempt(Turn turn) {
    Exchange exchange = turn.exchange();
    try {
      getProcessors().getFirst().process(exchange);
      return exchange.getException();
    } catch (Exception e) {
      return e;
    } finally {
      Calls.attemptOver(exchange);
      exchange.setException(null);
    }
  }

  private static void takeFigures(Turn turn, Pool pool, Lease lease) {
    QuotaFigures told = Calls.takeFigures(turn.exchange());
    if (told != null) {
      String model = turn.ask().model().upstreamModel();
      pool.take(
          lease.credential().id(),
          told.isOfWindow()
              ? Baseline.ofCount(model, told.used(), told.limit(), told.until())
              : Baseline.spent(model, told.until()));
    }
  }

  private void answered(Turn turn, Lease lease, long started) {
    Call call = turn.call();
    call.answeredBy(lease.fingerprint());
    ModelName model = call.model();
    String provider = model == null ? "" : model.provider();
    ServedRequest served = ServedRequest.of(turn.exchange());
    Costs.Quote quote = turn.quote();
    quote.await();
    switch (turn.exchange().getMessage().getBody()) {
      case UpstreamStream stream -> {
        call.handOver();
        call.note(new Note.Begun(System.nanoTime(), provider, lease.fingerprint()));
        stream.onLife(lease::renew);
        stream.onOutcome(outcome -> streamEnded(call, quote, served, lease, outcome, started));
      }
      case InputStream in -> {
        call.handOver();
        call.note(new Note.Begun(System.nanoTime(), provider, lease.fingerprint()));
        turn.exchange()
            .getMessage()
            .setBody(
                new LeasedInputStream(
                    in,
                    lease,
                    outcome -> streamEnded(call, quote, served, lease, outcome, started),
                    completions(turn.exchange())));
      }
      case null, default -> {
        call.tried(
            new Attempt(lease.fingerprint(), null, 200, millisSince(started)), started, null);
        lease.settle(new Outcome.Succeeded(call.usage()), quote.settle(call, call.usage()));
      }
    }
  }

  /**
   * What components want done at the end of the exchange, for the end of its stream: camel-http
   * would read it empty before.
   */
  private static Runnable completions(Exchange exchange) {
    Exchange keeper = new DefaultExchange(exchange.getContext());
    exchange.getUnitOfWork().handoverSynchronization(keeper);
    return () ->
        UnitOfWorkHelper.doneSynchronizations(
            keeper, keeper.getExchangeExtension().handoverCompletions());
  }

  private void streamEnded(
      Call call,
      Costs.Quote quote,
      @Nullable ServedRequest served,
      Lease lease,
      Outcome outcome,
      long started) {
    lease.settle(outcome, quote.settle(call, usageOf(outcome)));
    long millis = millisSince(started);
    switch (outcome) {
      case Outcome.Succeeded(var usage) -> {
        call.used(usage);
        call.tried(new Attempt(lease.fingerprint(), null, 200, millis), started, null);
        call.settle(Call.End.ANSWERED);
      }
      case Outcome.Faulted(var fault, var usage) -> {
        call.used(usage);
        call.tried(
            new Attempt(lease.fingerprint(), fault.kind(), fault.status(), millis),
            started,
            fault.message());
        failures.noteBroken(served, call, lease.fingerprint(), fault);
        LOG.warn(
            "upstream {}: credential {}: a stream broke after it had begun ({}: {}); the client was told",
            call.model() == null ? "" : call.model().provider(),
            lease.fingerprint(),
            fault.kind().word(),
            fault.message());
        ModelName model = call.model();
        if (fault.kind().blame() == Blame.PROVIDER && model != null) {
          CircuitBreaker breaker = breakers.of(model.provider());
          if (breaker != null) {
            breaker.onError(millis, TimeUnit.MILLISECONDS, new UpstreamFault(fault));
          }
        }
        call.settle(Call.End.FAILED);
      }
      case Outcome.Cancelled(var usage) -> {
        call.used(usage);
        call.tried(new Attempt(lease.fingerprint(), null, 0, millis), started, null);
        call.settle(Call.End.CANCELLED);
      }
    }
  }

  private static Usage usageOf(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Succeeded(var usage) -> usage;
      case Outcome.Faulted(var fault, var usage) -> usage;
      case Outcome.Cancelled(var usage) -> usage;
    };
  }

  private void fail(Turn turn, Failure failure) {
    String obituary = providers.obituary(turn.ask().model().provider());
    Failure told = obituary.isEmpty() ? failure : failure.adding(obituary);
    turn.call().fail(told);
    if (isProviders(turn.call())) {
      throw new CallFailed(told);
    }
  }

  /** Whether the provider is to blame for every attempt, so that giving it a rest makes sense. */
  private static boolean isProviders(Call call) {
    return !call.attempts().isEmpty()
        && call.attempts().stream()
            .allMatch(a -> a.fault() != null && a.fault().blame() == Blame.PROVIDER);
  }

  private static void tell(Turn turn, Lease lease, Fault fault, String next, Duration wait) {
    if (LOG.isInfoEnabled()) {
      LOG.info(
          "upstream {}: request {}: credential {} failed with {}{} ({}); {}{}",
          turn.ask().model().provider(),
          turn.call().id(),
          lease.fingerprint(),
          fault.kind().word(),
          fault.status() == 0 ? "" : " " + fault.status(),
          fault.message(),
          next,
          wait.isZero() ? "" : " in " + wait.toMillis() + " ms");
    }
  }

  /**
   * Nobody reads this failure; it keeps later steps from taking the request for an answer. Not
   * thrown, since the breaker would count it against the provider.
   */
  private static void clientLeft(Call call) {
    call.fail(
        Failure.of(
            Kind.REQUEST_TIMEOUT, Stage.CLIENT_REQUEST, "client request: the client has left"));
  }

  private static Failure noPool(@Nullable ModelName model) {
    String provider = model == null ? "" : model.provider();
    return Failure.of(
            Kind.GATEWAY_UNAVAILABLE,
            Stage.SELECTION,
            "selection: provider %s has no pool of credentials; set %s_API_KEY"
                .formatted(provider, provider.toUpperCase(java.util.Locale.ROOT)))
        .atProvider(provider);
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }
}
