package dev.caravan.route.hook;

import dev.caravan.call.Call;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.call.ModelName;
import dev.caravan.call.Note;
import dev.caravan.upstream.Calls;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/**
 * The hooks of one point for one call: lends each what it may read, and takes over what it may
 * write. For the thread of the call.
 */
final class HookTurn {
  private static final String MODEL = "model";
  private static final String REFUSE = "refuse";
  private static final String REFUSE_STATUS = "refuseStatus";
  private static final String UPSTREAM_HEADERS = "upstreamHeaders";

  /** Names that a hook cannot hand on: the gateway's own, and what is an answer to it. */
  private static final Set<String> NOT_HANDED_ON =
      Set.of(
          "call",
          "client",
          "dialect",
          MODEL,
          "provider",
          "stream",
          "requestId",
          "attempt",
          "credential",
          REFUSE,
          REFUSE_STATUS,
          UPSTREAM_HEADERS);

  /** Takes a body that a hook has changed. */
  interface TakesBody {
    /**
     * Uses it from here on.
     *
     * @throws IllegalStateException when it cannot be used, with a sentence that begins with "it"
     */
    void take(byte[] body);
  }

  private final Exchange exchange;
  private final Call call;
  private final boolean isProviderChosen;
  private final Consumer<Failure> whenStuck;
  private final boolean isNoted;
  private volatile @Nullable Failure givenUp;

  HookTurn(Exchange exchange, Call call, boolean isProviderChosen, Consumer<Failure> whenStuck) {
    this(exchange, call, isProviderChosen, whenStuck, true);
  }

  /** One for the pieces of an answer, which are too many to be noted. */
  static HookTurn ofChunks(Exchange kept, Call call, Consumer<Failure> whenStuck) {
    return new HookTurn(kept, call, true, whenStuck, false);
  }

  private HookTurn(
      Exchange exchange,
      Call call,
      boolean isProviderChosen,
      Consumer<Failure> whenStuck,
      boolean isNoted) {
    this.isNoted = isNoted;
    this.exchange = exchange;
    this.call = call;
    this.isProviderChosen = isProviderChosen;
    this.whenStuck = whenStuck;
  }

  /**
   * Runs one hook.
   *
   * @return why the call is refused, null when it goes on
   */
  @Nullable Failure run(Hook hook, TakesBody then) {
    Exchange own = new DefaultExchange(exchange.getContext(), exchange.getPattern());
    Object body = exchange.getMessage().getBody();
    own.getMessage().setBody(body);
    lend(own);
    long began = System.nanoTime();
    Throwable problem = hook.run(own, () -> giveUp(hook));
    Failure given = givenUp;
    if (given != null) {
      hook.failed(problem == null ? new IllegalStateException("it could not be stopped") : problem);
      return given; // it has come back after all, to a call that is over
    }
    Failure refusal = null;
    String outcome = null;
    if (problem == null) {
      try {
        refusal = refusal(hook, own);
        outcome = refusal == null ? takeOver(own, body, then) : "refused";
      } catch (RuntimeException e) {
        problem = e;
      }
    }
    if (problem != null) {
      hook.failed(problem);
      outcome = "failed: " + Hook.words(problem);
      refusal = hook.failsClosed() ? closed(hook, "it failed") : null;
    }
    if (isNoted) {
      call.note(new Note.Hooked(began, hook.name(), System.nanoTime() - began, outcome));
    }
    return refusal;
  }

  private void giveUp(Hook hook) {
    Failure failure = closed(hook, "it could not be stopped in time");
    givenUp = failure;
    whenStuck.accept(failure);
  }

  private void lend(Exchange own) {
    for (Map.Entry<String, Object> variable : exchange.getVariables().entrySet()) {
      if (!variable.getKey().equals(Calls.CALL)) {
        own.setVariable(variable.getKey(), variable.getValue());
      }
    }
    own.setVariable("dialect", call.dialect());
    own.setVariable("requestId", call.id());
  }

  private static Failure closed(Hook hook, String why) {
    return Failure.of(
        Kind.GATEWAY_UNAVAILABLE,
        Stage.GATEWAY,
        "gateway: hook %s is needed for this call and %s; the log of the gateway has more"
            .formatted(hook.name(), why));
  }

  private static @Nullable Failure refusal(Hook hook, Exchange own) {
    String text = own.getVariable(REFUSE, String.class);
    if (text == null) {
      return null;
    }
    hook.count().refusals.increment();
    Integer status = own.getVariable(REFUSE_STATUS, Integer.class);
    return Failure.of(kind(status), Stage.CLIENT_REQUEST, "client request: " + text)
        .with(Map.of("hook", hook.name()));
  }

  /** A guard that names a status which no dialect has still refuses. */
  private static Kind kind(@Nullable Integer status) {
    return switch (status) {
      case 400, 422 -> Kind.INVALID_REQUEST;
      case 402 -> Kind.BUDGET_SPENT;
      case 404 -> Kind.MODEL_NOT_FOUND;
      case 413 -> Kind.BODY_TOO_LARGE;
      case 429 -> Kind.CLIENT_RATE_LIMITED;
      case 503 -> Kind.GATEWAY_UNAVAILABLE;
      case null, default -> Kind.NOT_ALLOWED;
    };
  }

  /** What it did to the call, null when nothing. */
  private @Nullable String takeOver(Exchange own, @Nullable Object body, TakesBody then) {
    String outcome = null;
    Object left = own.getMessage().getBody();
    if (left != body) {
      byte[] bytes = bytes(own, left);
      then.take(bytes);
      outcome = "changed the body";
    }
    String model = own.getVariable(MODEL, String.class);
    if (model != null && !model.equals(exchange.getVariable(MODEL, String.class))) {
      route(model);
      outcome = outcome == null ? "changed the model" : outcome + " and the model";
    }
    String headers = own.getVariable(UPSTREAM_HEADERS, String.class);
    if (headers != null) {
      Calls.upstreamHeaders(exchange, headers);
    }
    handOn(own);
    return outcome;
  }

  static byte[] bytes(Exchange own, @Nullable Object body) {
    return switch (body) {
      case null -> new byte[0];
      case byte[] bytes -> bytes;
      case String text -> text.getBytes(StandardCharsets.UTF_8);
      default -> {
        byte[] bytes = own.getMessage().getBody(byte[].class);
        if (bytes == null) {
          throw new IllegalStateException(
              "it left a body of type %s, which is neither text nor bytes"
                  .formatted(body.getClass().getSimpleName()));
        }
        yield bytes;
      }
    };
  }

  private void route(String model) {
    ModelName target = ModelName.parse(model).orElse(null);
    ModelName now = call.model();
    if (target == null) {
      // an alias for dispatch.yaml to resolve
      if (isProviderChosen) {
        throw new IllegalStateException(
            "it set model '%s', which names no provider".formatted(model));
      }
      exchange.setVariable(MODEL, model);
      return;
    }
    if (isProviderChosen && (now == null || !now.provider().equals(target.provider()))) {
      throw new IllegalStateException(
          "it set model '%s', of another provider than the chosen one".formatted(model));
    }
    call.routeTo(target);
    Calls.routed(exchange, call);
  }

  private void handOn(Exchange own) {
    for (Map.Entry<String, Object> variable : own.getVariables().entrySet()) {
      String name = variable.getKey();
      if (!NOT_HANDED_ON.contains(name) && exchange.getVariable(name) != variable.getValue()) {
        exchange.setVariable(name, variable.getValue());
      }
    }
  }
}
