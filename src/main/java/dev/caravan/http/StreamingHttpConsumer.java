package dev.caravan.http;

import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the exchanges of one endpoint, each on a virtual thread of its own. */
final class StreamingHttpConsumer extends DefaultConsumer
    implements PlatformHttpConsumer, Suspendable, RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(StreamingHttpConsumer.class);

  private final RouteTable table;
  private final StreamingHttpServer server;
  private final PathPattern path;
  private final Set<String> methods;
  private final HeaderFilterStrategy headerFilter;
  private final RouteTable.Found foundExactly;

  StreamingHttpConsumer(
      PlatformHttpEndpoint endpoint,
      Processor processor,
      RouteTable table,
      StreamingHttpServer server) {
    super(endpoint, processor);
    this.table = table;
    this.server = server;
    this.path = PathPattern.of(endpoint.getPath(), endpoint.isMatchOnUriPrefix());
    this.methods = methodsOf(endpoint.getHttpMethodRestrict());
    this.headerFilter = endpoint.getHeaderFilterStrategy();
    this.foundExactly = new RouteTable.Found.Consumer(this, Map.of());
  }

  private static Set<String> methodsOf(@Nullable String restriction) {
    Set<String> methods = new TreeSet<>();
    if (restriction != null) {
      for (String method : restriction.split(",")) {
        methods.add(method.strip().toUpperCase(Locale.ROOT));
      }
      if (methods.contains("GET")) {
        methods.add("HEAD");
      }
    }
    return methods;
  }

  @Override
  public PlatformHttpEndpoint getEndpoint() {
    return (PlatformHttpEndpoint) super.getEndpoint();
  }

  PathPattern path() {
    return path;
  }

  Set<String> methods() {
    return methods;
  }

  boolean serves(String method) {
    return methods.isEmpty() || methods.contains(method);
  }

  RouteTable.Found foundExactly() {
    return foundExactly;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    table.add(this);
  }

  @Override
  protected void doStop() throws Exception {
    table.remove(this);
    super.doStop();
  }

  @Override
  public void handle(ServedRequest served) {
    if (isSuspended()) {
      server.refuse(
          served,
          Failure.of(Kind.GATEWAY_UNAVAILABLE, Stage.GATEWAY, "gateway: this route is suspended"));
      return;
    }
    Thread.startVirtualThread(() -> run(served));
  }

  private void run(ServedRequest served) {
    Exchange exchange = createExchange(false);
    Reply reply;
    try {
      exchange.setPattern(ExchangePattern.InOut);
      served.attachTo(exchange);
      exchange.setIn(new ServedMessage(exchange, served, headerFilter));
      createUoW(exchange);
      getProcessor().process(exchange);
      reply = answer(served, exchange);
    } catch (Throwable t) {
      reply = server.refusal(served, failureOf(t, served));
    } finally {
      doneUoW(exchange);
      releaseExchange(exchange, false);
    }
    served.reply(reply);
  }

  private Reply answer(ServedRequest served, Exchange exchange) {
    Throwable problem = exchange.getException();
    if (problem != null) {
      return server.refusal(served, failureOf(problem, served));
    }
    Message message = exchange.getMessage();
    if (message.getBody() instanceof Reply ready) {
      return ready;
    }
    Integer status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
    Object body = message.getBody();
    MultiMap headers = headers(served, exchange, message);
    return new Reply(
        status != null ? status : body == null ? 204 : 200,
        headers,
        body,
        body instanceof byte[] events && isEventStream(headers) ? events : null);
  }

  /** Such a body fits into a stream that was promised already. */
  private static boolean isEventStream(MultiMap headers) {
    String type = headers.get(HttpHeaders.CONTENT_TYPE);
    return type != null && type.startsWith("text/event-stream");
  }

  /** What the route has set; what came from the client is not sent back. */
  private MultiMap headers(ServedRequest served, Exchange exchange, Message message) {
    MultiMap out = HeadersMultiMap.httpHeaders();
    if (message instanceof ServedMessage untouched && !untouched.hasHeadersInUse()) {
      return out;
    }
    for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
      String name = header.getKey();
      Object value = header.getValue();
      if (value == null || served.hasGiven(name, value)) {
        continue;
      }
      if (!isAboutTheBody(name) && headerFilter.applyFilterToCamelHeaders(name, value, exchange)) {
        continue;
      }
      if (value instanceof List<?> values) {
        values.forEach(v -> out.add(name, v.toString()));
      } else {
        out.set(name, value.toString());
      }
    }
    return out;
  }

  /** Camel's filter holds these back, because its own engines set them by other ways. */
  private static boolean isAboutTheBody(String name) {
    return name.equalsIgnoreCase(Exchange.CONTENT_TYPE) || name.equalsIgnoreCase("Cache-Control");
  }

  private static Failure failureOf(Throwable problem, ServedRequest served) {
    for (Throwable t = problem; t != null; t = t.getCause()) {
      if (t instanceof CallFailed failed) {
        return failed.failure();
      }
    }
    LOG.error("gateway: request {} ended in a bug", served.id(), problem);
    return Failure.of(
        Kind.INTERNAL,
        Stage.GATEWAY,
        "gateway: an internal error; the log has it under request id " + served.id());
  }
}
