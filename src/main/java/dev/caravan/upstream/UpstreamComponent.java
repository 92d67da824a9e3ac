package dev.caravan.upstream;

import dev.caravan.dialect.Dialects;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code upstream:provider}: calls the provider whose bean has that name. The body is the request in the provider's
 * dialect, the variables of {@link Calls} say the rest; afterwards the body is the answer, {@code byte[]} or {@link
 * UpstreamStream}. Failures are {@link UpstreamFault}s.
 */
public final class UpstreamComponent extends DefaultComponent {
  private final UpstreamClient client;
  private final Dialects dialects;
  private final UnaryOperator<String> mask;

  /**
   * Binds the component to what outlives the routes.
   *
   * @param mask takes secrets out of a provider's words
   */
  public UpstreamComponent(UpstreamClient client, Dialects dialects, UnaryOperator<String> mask) {
    this.client = client;
    this.dialects = dialects;
    this.mask = mask;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
    UpstreamEndpoint endpoint = new UpstreamEndpoint(uri, this, remaining);
    setProperties(endpoint, parameters);
    return endpoint;
  }

  UpstreamClient client() {
    return client;
  }

  Dialects dialects() {
    return dialects;
  }

  UnaryOperator<String> mask() {
    return mask;
  }
}
