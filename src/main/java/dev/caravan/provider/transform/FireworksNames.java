package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Fireworks calls its models by their place in an account (providers.md 11). */
final class FireworksNames implements BodyTransform {
  @Override
  public String name() {
    return "fireworks-names";
  }

  @Override
  public String does() {
    return "a model's bare name gets `accounts/fireworks/models/` before it";
  }

  @Override
  public boolean concerns(String model) {
    return model.indexOf('/') < 0;
  }

  @Override
  public void request(ObjectNode body, String model) {
    body.put("model", "accounts/fireworks/models/" + model);
  }
}
