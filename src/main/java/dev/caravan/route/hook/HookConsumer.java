package dev.caravan.route.hook;

import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/** Makes a route a hook for as long as it is started. */
final class HookConsumer extends DefaultConsumer {
  private final HookEndpoint endpoint;
  private final Hooks hooks;
  private @Nullable Hook hook;

  HookConsumer(HookEndpoint endpoint, Processor processor, Hooks hooks) {
    super(endpoint, processor);
    this.endpoint = endpoint;
    this.hooks = hooks;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    Hook added = hooks.add(getRouteId(), endpoint, getProcessor());
    hook = added;
  }

  @Override
  protected void doStop() throws Exception {
    if (hook != null) {
      hooks.remove(hook);
      hook = null;
    }
    super.doStop();
  }
}
