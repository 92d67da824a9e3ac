package dev.caravan.route.hook;

import dev.caravan.admin.DecisionRecord;
import dev.caravan.call.Call;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Errand;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.http.ServedRequest;
import dev.caravan.loop.Loop;
import dev.caravan.upstream.Calls;
import dev.caravan.upstream.UpstreamStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.jspecify.annotations.Nullable;

/**
 * The hooks of one set of routes: those whose route begins at {@code hook:point}. Where there is
 * none, a call pays one look at an empty array. Thread-safe.
 *
 * <p>A hook runs on an exchange of its own with copies of what it may read; what it may write is
 * taken from there when it has ended in time. So headers, exceptions and properties that it leaves
 * behind reach neither the provider nor the client.
 */
public final class Hooks implements AutoCloseable {
  private static final Hook[] NONE = {};
  private static final int AFTERWARDS_AT_A_TIME = 1000;

  private final HookCounts counts;
  private final HookWatch watch = new HookWatch();
  private final Semaphore afterwards = new Semaphore(AFTERWARDS_AT_A_TIME);
  private volatile EnumMap<HookPoint, Hook[]> byPoint = new EnumMap<>(HookPoint.class);

  // read by every call, so each has a field of its own
  private volatile Hook[] onRequest = NONE;
  private volatile Hook[] beforeSelect = NONE;
  private volatile Hook[] beforeUpstream = NONE;
  private volatile Hook[] onChunk = NONE;
  private volatile Hook[] afterResponse = NONE;
  private volatile Hook[] onError = NONE;

  public Hooks(HookCounts counts) {
    this.counts = counts;
  }

  /**
   * Prepares the hook routes of a context that has not started: what fails in one is told by its
   * hook, not by an error handler that nobody has asked for.
   */
  public static void prepare(CamelContext context) {
    if (context instanceof ModelCamelContext model) {
      for (RouteDefinition route : model.getRouteDefinitions()) {
        if (isHook(route) && !route.isErrorHandlerFactorySet()) {
          route.setErrorHandlerFactory(new NoErrorHandlerDefinition());
        }
      }
    }
  }

  private static boolean isHook(RouteDefinition route) {
    return route.getInput() != null && route.getInput().getEndpointUri().startsWith("hook:");
  }

  synchronized Hook add(String name, HookEndpoint endpoint, Processor processor) {
    Hook hook = new Hook(name, endpoint, processor, watch, counts.of(name));
    List<Hook> all = new ArrayList<>(active());
    all.add(hook);
    publish(all);
    watch.start();
    return hook;
  }

  synchronized void remove(Hook hook) {
    List<Hook> all = new ArrayList<>(active());
    all.remove(hook);
    publish(all);
  }

  private void publish(List<Hook> all) {
    all.sort(Comparator.comparingInt(Hook::order).thenComparing(Hook::name));
    EnumMap<HookPoint, Hook[]> next = new EnumMap<>(HookPoint.class);
    for (HookPoint point : HookPoint.values()) {
      next.put(point, all.stream().filter(h -> h.point() == point).toArray(Hook[]::new));
    }
    byPoint = next;
    onRequest = at(HookPoint.ON_REQUEST);
    beforeSelect = at(HookPoint.BEFORE_SELECT);
    beforeUpstream = at(HookPoint.BEFORE_UPSTREAM);
    onChunk = at(HookPoint.ON_CHUNK);
    afterResponse = at(HookPoint.AFTER_RESPONSE);
    onError = at(HookPoint.ON_ERROR);
  }

  Hook[] at(HookPoint point) {
    return byPoint.getOrDefault(point, NONE);
  }

  private List<Hook> active() {
    return byPoint.values().stream().flatMap(Arrays::stream).toList();
  }

  /** For operators: each hook with its contract and its counts. */
  public List<Map<String, Object>> view() {
    return counts.view(active());
  }

  /**
   * Point {@code on-request}.
   *
   * @throws CallFailed when a hook refuses the call, or fails and is closed
   */
  public void onRequest(
      Exchange exchange, Call call, Dialect dialect, @Nullable ServedRequest served) {
    Hook[] hooks = onRequest;
    if (hooks.length > 0) {
      HookTurn turn = new HookTurn(exchange, call, false, failure -> giveUp(served, call, failure));
      for (Hook hook : hooks) {
        refuse(turn.run(hook, body -> takeOver(exchange, call, dialect, body)));
      }
    }
  }

  /** Whether a hook of point {@code on-chunk} sees every answer before its client does. */
  public boolean changeAnswers() {
    return onChunk.length > 0;
  }

  /**
   * Point {@code before-select}.
   *
   * @return why the call may not go to this provider, null when it may
   */
  public @Nullable Failure beforeSelect(Exchange exchange, Call call) {
    return run(beforeSelect, exchange, call);
  }

  /**
   * Point {@code before-upstream}, for each attempt.
   *
   * @return why it may not be made, null when it may
   */
  public @Nullable Failure beforeUpstream(Exchange exchange, Call call) {
    Hook[] hooks = beforeUpstream;
    if (hooks.length == 0) {
      return null;
    }
    Calls.upstreamHeaders(exchange, null);
    return run(hooks, exchange, call);
  }

  private static @Nullable Failure run(Hook[] hooks, Exchange exchange, Call call) {
    if (hooks.length == 0) {
      return null;
    }
    ServedRequest served = ServedRequest.of(exchange);
    HookTurn turn = new HookTurn(exchange, call, true, failure -> giveUp(served, call, failure));
    for (Hook hook : hooks) {
      Failure refusal = turn.run(hook, body -> exchange.getMessage().setBody(whole(body)));
      if (refusal != null) {
        return refusal;
      }
    }
    return null;
  }

  private static byte[] whole(byte[] body) {
    if (body.length == 0) {
      throw new IllegalStateException("it left no body");
    }
    return body;
  }

  /**
   * Point {@code on-chunk}: what the client gets in place of an answer.
   *
   * @param answer the body of a route that has answered
   * @return the same when there is no such hook, or nothing for it to look at
   * @throws CallFailed when a hook refuses an answer in one piece
   */
  public @Nullable Object answer(
      Exchange exchange, Call call, Dialect dialect, @Nullable Object answer) {
    Hook[] hooks = onChunk;
    if (hooks.length == 0) {
      return answer;
    }
    return switch (answer) {
      case UpstreamStream stream -> hooked(hooks, exchange, call, dialect, stream);
      case byte[] whole -> {
        ServedRequest served = ServedRequest.of(exchange);
        ChunkHooks chunks =
            new ChunkHooks(hooks, exchange, call, failure -> giveUp(served, call, failure));
        byte[] instead = chunks.data(whole);
        refuse(chunks.refusal());
        yield instead;
      }
      case null, default -> answer;
    };
  }

  private static HookedStream hooked(
      Hook[] hooks, Exchange exchange, Call call, Dialect dialect, UpstreamStream stream) {
    AtomicReference<HookedStream> made = new AtomicReference<>();
    ChunkHooks chunks =
        new ChunkHooks(
            hooks, exchange, call, failure -> Objects.requireNonNull(made.get()).abort(failure));
    HookedStream hooked =
        new HookedStream(
            stream,
            stream,
            Objects.requireNonNull(exchange.getProperty(Loop.PROPERTY, Loop.class)),
            chunks,
            failure -> dialect.renderFailureEvent(failure, call.id()),
            call::fail);
    made.set(hooked);
    return hooked;
  }

  private static void refuse(@Nullable Failure failure) {
    if (failure != null) {
      throw new CallFailed(failure);
    }
  }

  private static void takeOver(Exchange exchange, Call call, Dialect dialect, byte[] body) {
    ReadRequest request;
    try {
      Errand errand = Calls.errand(exchange);
      request =
          new ReadRequest(
              body, errand == null ? dialect.readRequest(body) : dialect.readRequest(errand, body));
    } catch (CallFailed e) {
      throw new IllegalStateException("it left no valid request: " + e.getMessage(), e);
    }
    if (request.envelope().stream() != call.stream()) {
      throw new IllegalStateException("it changed \"stream\", which it may not");
    }
    Calls.read(exchange, request);
  }

  /** The last resort for a hook that cannot be stopped: its client gets an answer, and leaves. */
  private static void giveUp(@Nullable ServedRequest served, Call call, Failure failure) {
    call.fail(failure);
    call.cancel();
    if (served != null) {
      served.fail(failure);
    }
  }

  /** Whether anybody wants to know of the ends of calls. */
  public boolean listensToEnds() {
    return afterResponse.length > 0 || onError.length > 0;
  }

  /**
   * Points {@code after-response} and {@code on-error}, on a thread of their own. When very many of
   * them are still busy the call is passed over and counted.
   *
   * @param variables of the exchange of the call
   */
  public void ended(CamelContext context, Call call, Call.End end, Map<String, Object> variables) {
    Hook[] failed = end == Call.End.FAILED ? onError : NONE;
    Hook[] always = afterResponse;
    if (failed.length + always.length == 0) {
      return;
    }
    if (!afterwards.tryAcquire()) {
      for (Hook hook : always) {
        hook.count().skips.increment();
      }
      for (Hook hook : failed) {
        hook.count().skips.increment();
      }
      return;
    }
    Thread.ofVirtual()
        .name("hook-after-", 0)
        .start(
            () -> {
              try {
                EndedCall report = new EndedCall(context, call, end, variables);
                for (Hook hook : failed) {
                  report.tell(hook);
                }
                for (Hook hook : always) {
                  report.tell(hook);
                }
              } finally {
                afterwards.release();
              }
            });
  }

  /** What such a hook is told, made once for all of them. */
  static String recordOf(Call call) {
    return DecisionRecord.json(call);
  }

  /** Waits until no hook runs for a call that has ended. */
  public void awaitAfterwards() throws InterruptedException {
    afterwards.acquire(AFTERWARDS_AT_A_TIME);
    afterwards.release(AFTERWARDS_AT_A_TIME);
  }

  @Override
  public void close() {
    watch.close();
  }
}
