package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What xAI's models that think refuse (providers.md 11). */
final class XaiReasoning implements BodyTransform {
  private static final Pattern THINKS =
      Pattern.compile("(?!.*non-reasoning)(grok-3-mini|grok-[4-9]|grok-code).*");

  @Override
  public String name() {
    return "xai-reasoning";
  }

  @Override
  public String does() {
    return "for models that think: `stop`, `presence_penalty` and `frequency_penalty` are left out";
  }

  @Override
  public boolean concerns(String model) {
    return THINKS.matcher(model.toLowerCase(Locale.ROOT)).matches();
  }

  @Override
  public void request(ObjectNode body, String model) {
    body.remove(List.of("stop", "presence_penalty", "frequency_penalty"));
  }
}
