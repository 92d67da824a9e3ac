package dev.caravan.upstream;

import dev.caravan.provider.Provider;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/** One provider to be called. */
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "upstream",
    title = "Upstream",
    syntax = "upstream:provider",
    category = {Category.AI},
    producerOnly = true)
public final class UpstreamEndpoint extends DefaultEndpoint {
  private final UpstreamComponent component;

  @UriPath(description = "Name of the provider bean to call")
  private final String provider;

  @UriParam(
      description = "Path below the provider's base URL, when it is not the one of its dialect")
  private @Nullable String path;

  UpstreamEndpoint(String uri, UpstreamComponent component, String provider) {
    super(uri, component);
    this.component = component;
    this.provider = provider;
  }

  public String getProvider() {
    return provider;
  }

  public @Nullable String getPath() {
    return path;
  }

  public void setPath(@Nullable String path) {
    this.path = path;
  }

  @Override
  public Producer createProducer() {
    Provider data = CamelContextHelper.mandatoryLookup(getCamelContext(), provider, Provider.class);
    return new UpstreamProducer(this, component, data);
  }

  @Override
  public Consumer createConsumer(Processor processor) {
    throw new UnsupportedOperationException(
        "upstream: is for calling a provider, nothing can be consumed from it");
  }
}
