package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Deadline;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.call.ModelName;
import dev.caravan.call.RecentCalls;
import dev.caravan.call.TimeSource;
import dev.caravan.call.Transcript;
import dev.caravan.dialect.Clues;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.dialect.ZeroTemperature;
import dev.caravan.http.ServedRequest;
import dev.caravan.route.hook.Hooks;
import dev.caravan.upstream.Calls;
import dev.caravan.upstream.Foretaste;
import io.vertx.core.MultiMap;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/** What all surfaces that answer with a model do before and after the dispatch. Thread-safe. */
final class Surface {
  private static final MultiMap STREAM_HEADERS =
      HeadersMultiMap.httpHeaders()
          .set("Content-Type", "text/event-stream; charset=utf-8")
          .set("Cache-Control", "no-cache")
          .set("X-Accel-Buffering", "no");

  private final Dialect dialect;
  private final Authentication authentication;
  private final TimeSource time;
  private final Duration budget;
  private final Records records;
  private final boolean strict;
  private final ZeroTemperature zeroTemperature;
  private final Conversations conversations;
  private final boolean retriesReasoning;
  private final Hooks hooks;

  /**
   * What is kept and told of decisions.
   *
   * @param recent where each call is kept for a while
   * @param inHeader whether answers carry {@code X-Gateway-Route}
   */
  record Records(RecentCalls recent, boolean inHeader) {}

  /**
   * A surface for clients of a dialect.
   *
   * @param budget the time in which an attempt may start
   * @param strict whether calls that lose something in translation are refused
   * @param zeroTemperature what becomes of a temperature of zero
   * @param retriesReasoning whether a stream may go on elsewhere while its client has seen nothing
   *     but reasoning
   */
  Surface(
      Dialect dialect,
      Authentication authentication,
      TimeSource time,
      Duration budget,
      Records records,
      boolean strict,
      ZeroTemperature zeroTemperature,
      Conversations conversations,
      boolean retriesReasoning,
      Hooks hooks) {
    this.strict = strict;
    this.zeroTemperature = zeroTemperature;
    this.dialect = dialect;
    this.authentication = authentication;
    this.time = time;
    this.budget = budget;
    this.records = records;
    this.conversations = conversations;
    this.retriesReasoning = retriesReasoning;
    this.hooks = hooks;
  }

  /** Lets nobody further who has no key, and nobody at all while the gateway drains. */
  void authenticate(Exchange exchange) {
    authentication.check(exchange);
  }

  /** Reads the envelope and opens the call. From here on the client's headers are gone. */
  void openCall(Exchange exchange) {
    ServedRequest served = served(exchange);
    byte[] body = served.body();
    Clues clues = conversations.clues(served);
    openCall(exchange, new ReadRequest(body, dialect.readRequest(body, clues)), true, clues);
  }

  /** What the reader of a request is to look for, null when nobody wants to know. */
  @Nullable Clues clues(ServedRequest served) {
    return conversations.clues(served);
  }

  /**
   * Opens the call for a request that has been read.
   *
   * @param promise whether a stream may begin with comments before its first event
   * @param clues what it tells of its conversation, null when it was not asked
   */
  void openCall(Exchange exchange, ReadRequest asRead, boolean promise, @Nullable Clues clues) {
    ServedRequest served = served(exchange);
    ReadRequest request = warmed(exchange, asRead);
    Deadline deadline = Deadline.in(budget(served), time);
    String model = request.envelope().model();
    boolean stream = request.envelope().stream();
    Call call =
        new Call(
            served.id(),
            Authentication.clientOf(exchange),
            dialect.name(),
            model,
            stream,
            deadline);
    ModelName.parse(model).ifPresent(call::routeTo);
    conversations.place(call, served, asRead.envelope(), clues);
    call.servedBy(exchange.getContext().getName());
    records.recent().opened(call);
    if (strict || "true".equalsIgnoreCase(served.header("X-Gateway-Strict"))) {
      call.beStrict();
    }
    Message message = exchange.getMessage();
    message.setHeaders(
        exchange.getContext().getCamelContextExtension().getHeadersMapFactory().newMap());
    if (Authentication.isAdmin(exchange) && "full".equals(served.header("X-Gateway-Log"))) {
      served.insistOnTranscript();
    }
    Transcript transcript = served.transcript();
    if (transcript != null) {
      call.transcript(transcript);
      transcript.opened(call, exchange.getFromRouteId());
    }
    Calls.open(exchange, call);
    Calls.read(exchange, request);
    Calls.handOn(exchange, handedOn(served));
    Dialect speaker = dialect.spokenBy(served::header);
    if (speaker != dialect) {
      Calls.speaker(exchange, speaker);
    }
    served.onGone(call::cancel);
    exchange.getExchangeExtension().addOnCompletion(new Settling(call, hooks));
    if (stream && promise) {
      served.promiseStream(STREAM_HEADERS);
      if (retriesReasoning && !hooks.changeAnswers()) {
        Calls.foretaste(exchange, new Foretaste(served::sendAhead));
      }
    }
    hooks.onRequest(exchange, call, dialect, served);
  }

  /** A request whose temperature of zero has met its fate; errands have none. */
  private ReadRequest warmed(Exchange exchange, ReadRequest request) {
    byte[] body =
        Calls.errand(exchange) == null ? zeroTemperature.applied(request.body()) : request.body();
    return body == request.body() ? request : new ReadRequest(body, dialect.readRequest(body));
  }

  /** Puts the answer's headers on, or raises the failure. */
  void answer(Exchange exchange) {
    Call call = Calls.of(exchange);
    Failure failure = call.failure();
    if (failure != null) {
      throw new CallFailed(failure);
    }
    Message message = exchange.getMessage();
    message.setBody(hooks.answer(exchange, call, dialect, message.getBody()));
    if (call.isHandedOver() || isEventStream(message)) {
      message.setHeader("Content-Type", STREAM_HEADERS.get("Content-Type"));
      message.setHeader("Cache-Control", "no-cache");
      message.setHeader("X-Accel-Buffering", "no");
    }
    ModelName model = call.model();
    if (model != null) {
      message.setHeader("X-Gateway-Provider", model.provider());
    }
    message.setHeader("X-Gateway-Attempts", Integer.toString(attempts(call)));
    if (records.inHeader()) {
      message.setHeader("X-Gateway-Route", RouteHeader.of(call, Calls.credential(exchange)));
    }
    message.setHeader("X-Gateway-Overhead-Ms", overhead(served(exchange), call));
  }

  private Map<String, String> handedOn(ServedRequest served) {
    List<String> names = dialect.handedOnHeaders();
    if (names.isEmpty()) {
      return Map.of();
    }
    Map<String, String> found = new TreeMap<>();
    for (String name : names) {
      String value = served.header(name);
      if (value != null) {
        found.put(name, value);
      }
    }
    return found;
  }

  private static boolean isEventStream(Message message) {
    String type = message.getHeader(Exchange.CONTENT_TYPE, String.class);
    return type != null && type.startsWith("text/event-stream");
  }

  /**
   * Milliseconds with two digits, from the last byte of the request until now, without the wait for
   * providers.
   */
  private static String overhead(ServedRequest served, Call call) {
    long nanos = System.nanoTime() - served.readNanos() - call.upstreamNanos();
    long hundredths = Math.max(0, nanos) / 10_000;
    long rest = hundredths % 100;
    return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest;
  }

  /** The attempt of a stream is noted at its end. */
  static int attempts(Call call) {
    return call.attempts().size() + (call.isHandedOver() ? 1 : 0);
  }

  /** The client may shorten the time, never lengthen it (http-api.md 1.7). */
  private Duration budget(ServedRequest served) {
    String asked = served.header("X-Request-Timeout");
    if (asked == null) {
      return budget;
    }
    try {
      Duration shorter = Duration.ofMillis(Math.round(Double.parseDouble(asked.strip()) * 1000));
      return shorter.isPositive() && shorter.compareTo(budget) < 0 ? shorter : budget;
    } catch (NumberFormatException e) {
      throw new CallFailed(
          Failure.of(
              Kind.INVALID_REQUEST,
              Stage.CLIENT_REQUEST,
              "client request: X-Request-Timeout must be a number of seconds"));
    }
  }

  static ServedRequest served(Exchange exchange) {
    @Nullable ServedRequest served = ServedRequest.of(exchange);
    if (served == null) {
      throw new IllegalStateException(
          "route %s serves HTTP requests only".formatted(exchange.getFromRouteId()));
    }
    return served;
  }

  /** Ends a call with its exchange, unless a stream has taken that over. */
  private static final class Settling extends SynchronizationAdapter {
    private final Call call;
    private final Hooks hooks;

    Settling(Call call, Hooks hooks) {
      this.call = call;
      this.hooks = hooks;
    }

    /** It belongs to this exchange; what a stream takes over is the end of the call. */
    @Override
    public boolean allowHandover() {
      return false;
    }

    @Override
    public void onDone(Exchange exchange) {
      if (hooks.listensToEnds()) {
        CamelContext context = exchange.getContext();
        Map<String, Object> variables = new HashMap<>(exchange.getVariables());
        call.onSettled((ended, end) -> hooks.ended(context, ended, end, variables));
      }
      if (!call.isHandedOver()) {
        if (exchange.getException() instanceof CallFailed thrown && !call.isFailed()) {
          call.fail(thrown.failure());
        }
        boolean failed = call.isFailed() || exchange.getException() != null;
        call.settle(
            call.isCancelled() ? Call.End.CANCELLED : failed ? Call.End.FAILED : Call.End.ANSWERED);
      }
    }
  }
}
