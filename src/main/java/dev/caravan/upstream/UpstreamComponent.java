package dev.caravan.upstream;

import dev.caravan.call.TimeSource;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.hub.Manner;
import dev.caravan.dialect.hub.Thoughts;
import dev.caravan.provider.transform.ReasoningMemories;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code upstream:provider}: calls the provider whose bean has that name. The body is the request
 * in the provider's dialect, the variables of {@link Calls} say the rest; afterwards the body is
 * the answer, {@code byte[]} or {@link UpstreamStream}. Failures are {@link UpstreamFault}s.
 */
public final class UpstreamComponent extends DefaultComponent {
  private final UpstreamClient client;
  private final Dialects dialects;
  private final TimeSource time;
  private final Translations translations;
  private final PassedHeaders passed;
  private final ReasoningMemories memories;

  /**
   * Binds the component to what outlives the routes.
   *
   * @param time tells how far the moments are away that providers name
   * @param passed the headers of providers that clients may see
   * @param thoughts what answers thought that have to be given back
   * @param manner how requests are translated
   * @param memories what answers thought, for providers that want it back
   */
  public UpstreamComponent(
      UpstreamClient client,
      Dialects dialects,
      TimeSource time,
      PassedHeaders passed,
      Thoughts thoughts,
      Manner manner,
      ReasoningMemories memories) {
    this.memories = memories;
    this.client = client;
    this.dialects = dialects;
    this.time = time;
    this.translations = new Translations(dialects, time, thoughts, manner);
    this.passed = passed;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
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

  /** Puts requests into the dialects of providers. */
  public Translations translations() {
    return translations;
  }

  TimeSource time() {
    return time;
  }

  ReasoningMemories memories() {
    return memories;
  }

  PassedHeaders passed() {
    return passed;
  }
}
