package dev.caravan.route.hook;

import dev.caravan.provider.NearNames;
import java.util.List;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/** {@code hook:on-request}: a route from here runs at that point of each call. */
public final class HookComponent extends DefaultComponent {
  private final Hooks hooks;

  public HookComponent(Hooks hooks) {
    this.hooks = hooks;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    HookPoint point =
        HookPoint.named(remaining)
            .orElseThrow(() -> new IllegalArgumentException(unknown(remaining)));
    HookEndpoint endpoint = new HookEndpoint(uri, this, point, hooks);
    setProperties(endpoint, parameters);
    endpoint.check();
    return endpoint;
  }

  private static String unknown(String point) {
    List<String> near = NearNames.of(point, HookPoint.words());
    return "there is no point '%s' for hooks; %s"
        .formatted(
            point,
            near.isEmpty()
                ? "known: " + String.join(", ", HookPoint.words())
                : "did you mean " + near.getFirst() + "?");
  }

  @Override
  protected void doStop() throws Exception {
    hooks.close();
    super.doStop();
  }
}
