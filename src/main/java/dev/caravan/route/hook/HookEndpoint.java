package dev.caravan.route.hook;

import dev.caravan.provider.Durations;
import java.time.Duration;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** A point at which a route runs. Several routes may name the same one. */
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "hook",
    title = "Hook",
    syntax = "hook:point",
    category = {Category.AI},
    consumerOnly = true)
public final class HookEndpoint extends DefaultEndpoint implements MultipleConsumersSupport {
  static final String FAIL_OPEN = "fail-open";
  static final String FAIL_CLOSED = "fail-closed";

  private final Hooks hooks;

  @UriPath(description = "Where the route runs")
  private final HookPoint point;

  @UriParam(
      description =
          "What becomes of the call when the hook fails: it goes on as if there were none, or it is refused",
      enums = "fail-open,fail-closed",
      defaultValue = FAIL_OPEN)
  private String onFailure = FAIL_OPEN;

  @UriParam(
      description =
          "How long it may take, such as 200ms or 2s; what takes longer is stopped and has failed",
      javaType = "java.time.Duration")
  private String timeBudget = "";

  @UriParam(
      description = "Hooks of one point run in this order, then by route id",
      defaultValue = "100")
  private int order = 100;

  HookEndpoint(String uri, HookComponent component, HookPoint point, Hooks hooks) {
    super(uri, component);
    this.point = point;
    this.hooks = hooks;
  }

  void check() {
    if (!onFailure.equals(FAIL_OPEN) && !onFailure.equals(FAIL_CLOSED)) {
      throw new IllegalArgumentException(
          "onFailure '%s' is neither fail-open nor fail-closed".formatted(onFailure));
    }
    if (onFailure.equals(FAIL_CLOSED) && !point.holdsUp()) {
      throw new IllegalArgumentException(
          "a hook at %s cannot be fail-closed: the client has had its answer"
              .formatted(point.word()));
    }
    if (!timeBudget.isEmpty()
        && Durations.exact(timeBudget).filter(Duration::isPositive).isEmpty()) {
      throw new IllegalArgumentException(
          "timeBudget '%s' must be a time of more than 0, such as 200ms".formatted(timeBudget));
    }
  }

  HookPoint point() {
    return point;
  }

  Duration budget() {
    return Durations.exact(timeBudget).orElse(point.budget());
  }

  boolean failsClosed() {
    return onFailure.equals(FAIL_CLOSED);
  }

  public String getOnFailure() {
    return onFailure;
  }

  public void setOnFailure(String onFailure) {
    this.onFailure = onFailure;
  }

  public String getTimeBudget() {
    return timeBudget;
  }

  public void setTimeBudget(String timeBudget) {
    this.timeBudget = timeBudget;
  }

  public int getOrder() {
    return order;
  }

  public void setOrder(int order) {
    this.order = order;
  }

  @Override
  public boolean isMultipleConsumersSupported() {
    return true;
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    HookConsumer consumer = new HookConsumer(this, processor, hooks);
    configureConsumer(consumer);
    return consumer;
  }

  @Override
  public Producer createProducer() {
    throw new UnsupportedOperationException(
        "hook: is where a route begins, nothing can be sent to it");
  }
}
