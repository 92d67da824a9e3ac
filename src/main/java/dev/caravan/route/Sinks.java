package dev.caravan.route;

import dev.caravan.upstream.Calls;
import dev.caravan.upstream.SampleAnswers;
import java.util.Set;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.spi.InterceptSendToEndpoint;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/**
 * Keeps dry runs inside of the process: an endpoint that would send somewhere is put into one that
 * passes it over in a dry run, and calls it otherwise. The way of {@code interceptSendToEndpoint},
 * which components know to look through.
 */
public final class Sinks implements EndpointStrategy {
  private static final String SKIPPED = "caravanDryRunSkipped";

  /** What stays in the process whatever its options are, or minds dry runs itself. */
  private static final Set<String> HARMLESS =
      Set.of(
          "direct",
          "hook",
          "upstream",
          "bean",
          "class",
          "language",
          "dataformat",
          "kamelet",
          "validator",
          "json-validator",
          "mock",
          "stub",
          "platform-http",
          "timer",
          "quartz",
          "scheduler");

  @Override
  public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
    int colon = uri.indexOf(':');
    String scheme = colon < 0 ? uri : uri.substring(0, colon);
    return HARMLESS.contains(scheme) || endpoint instanceof InterceptSendToEndpoint
        ? endpoint
        : new Sink(endpoint);
  }

  /** Whether a dry run has passed something over, so that what it met later proves little. */
  static boolean haveSkipped(Exchange exchange) {
    return exchange.getProperty(SKIPPED) != null;
  }

  private static final class Sink extends DefaultEndpoint implements InterceptSendToEndpoint {
    private final Endpoint real;

    Sink(Endpoint real) {
      this.real = real;
      setCamelContext(real.getCamelContext());
    }

    @Override
    public Endpoint getOriginalEndpoint() {
      return real;
    }

    @Override
    public String getEndpointUri() {
      return real.getEndpointUri();
    }

    @Override
    public String getEndpointKey() {
      return real.getEndpointKey();
    }

    @Override
    public Producer createProducer() throws Exception {
      return createAsyncProducer();
    }

    @Override
    public AsyncProducer createAsyncProducer() throws Exception {
      return new SinkProducer(this, real.createAsyncProducer());
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
      return real.createConsumer(processor);
    }

    @Override
    public boolean isSingleton() {
      return real.isSingleton();
    }

    @Override
    public boolean isSingletonProducer() {
      return real.isSingletonProducer();
    }

    @Override
    public boolean isLenientProperties() {
      return real.isLenientProperties();
    }

    @Override
    public boolean isRemote() {
      return real.isRemote();
    }

    @Override
    public void setCamelContext(CamelContext context) {
      super.setCamelContext(context);
    }

    @Override
    public @Nullable Predicate getOnWhen() {
      return null;
    }

    @Override
    public void setOnWhen(Predicate onWhen) {
      throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable Processor getBefore() {
      return null;
    }

    @Override
    public void setBefore(Processor before) {
      throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable Processor getAfter() {
      return null;
    }

    @Override
    public void setAfter(Processor after) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSkip() {
      return false;
    }

    @Override
    protected void doStart() {
      ServiceHelper.startService(real);
    }

    @Override
    protected void doStop() {
      ServiceHelper.stopService(real);
    }
  }

  private static final class SinkProducer extends DefaultAsyncProducer {
    private final AsyncProducer real;

    SinkProducer(Sink endpoint, AsyncProducer real) {
      super(endpoint);
      this.real = real;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
      if (!Calls.isDryRun(exchange)) {
        return real.process(exchange, callback);
      }
      exchange.setProperty(SKIPPED, true);
      if (Calls.secret(exchange) != null) {
        // an attempt: the provider's answer is what comes next
        exchange.getMessage().setBody(SampleAnswers.body("openai-chat"));
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
      }
      callback.done(true);
      return true;
    }

    @Override
    public boolean isSingleton() {
      return real.isSingleton();
    }

    @Override
    protected void doStart() throws Exception {
      ServiceHelper.startService(real);
    }

    @Override
    protected void doStop() throws Exception {
      ServiceHelper.stopService(real);
    }

    @Override
    protected void doShutdown() throws Exception {
      ServiceHelper.stopAndShutdownService(real);
    }
  }
}
