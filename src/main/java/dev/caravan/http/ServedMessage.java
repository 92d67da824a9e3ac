package dev.caravan.http;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.DefaultMessage;

/**
 * The message that a request becomes. Its headers are filled in only when a step asks for one, with
 * the names that platform-http gives them: the client's headers, query and path parameters, and
 * {@code CamelHttp*}.
 */
final class ServedMessage extends DefaultMessage {
  private final ServedRequest served;
  private final HeaderFilterStrategy filter;

  /**
   * Wraps a request.
   *
   * @param filter says which names a client may not use, Camel's own among them
   */
  ServedMessage(Exchange exchange, ServedRequest served, HeaderFilterStrategy filter) {
    super(exchange);
    this.served = served;
    this.filter = filter;
    setBody(served.body());
  }

  @Override
  protected boolean isPopulateHeadersSupported() {
    return true;
  }

  @Override
  protected void populateInitialHeaders(Map<String, Object> map) {
    for (Map.Entry<String, String> header : served.headers()) {
      if (mayUse(header.getKey(), header.getValue())) {
        map.merge(header.getKey(), header.getValue(), ServedMessage::both);
      }
    }
    MultiMap query = served.raw().params();
    for (String name : query.names()) {
      List<String> values = query.getAll(name);
      if (mayUse(name, values.getFirst())) {
        map.put(name, values.size() == 1 ? values.getFirst() : new ArrayList<>(values));
      }
    }
    map.putAll(served.pathParameters());
    served.given(map);
    map.put(Exchange.HTTP_METHOD, served.method());
    map.put(Exchange.HTTP_PATH, served.path());
    map.put(Exchange.HTTP_URI, served.raw().uri());
    map.put(Exchange.HTTP_URL, served.raw().absoluteURI());
    map.put(Exchange.HTTP_QUERY, served.query());
    map.put(Exchange.HTTP_RAW_QUERY, served.query());
  }

  private boolean mayUse(String name, String value) {
    return !filter.applyFilterToExternalHeaders(name, value, getExchange());
  }

  private static Object both(Object one, Object other) {
    List<Object> values =
        one instanceof List<?> list ? new ArrayList<>(list) : new ArrayList<>(List.of(one));
    values.add(other);
    return values;
  }

  /** Whether a step has asked for a header or set one. */
  boolean hasHeadersInUse() {
    return hasPopulatedHeaders();
  }
}
