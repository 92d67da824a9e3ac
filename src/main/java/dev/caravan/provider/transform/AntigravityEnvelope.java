package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.call.Access;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What Antigravity puts around a request and its answer (providers.md 6.2). */
final class AntigravityEnvelope implements BodyTransform {
  /** Option: whether an answer may be paid with the account's credits when its quota is gone. */
  static final String CREDITS = "useCredits";

  private final boolean credits;

  AntigravityEnvelope() {
    this(false);
  }

  private AntigravityEnvelope(boolean credits) {
    this.credits = credits;
  }

  @Override
  public AntigravityEnvelope with(Map<String, String> options) {
    return new AntigravityEnvelope(Trees.isOn(options.getOrDefault(CREDITS, "false")));
  }

  @Override
  public String name() {
    return "antigravity-envelope";
  }

  @Override
  public String does() {
    return "the request is put into Antigravity's envelope, with the project of the account and the model's name there, and the answer is taken out of `response`; the last of a list";
  }

  @Override
  public boolean asksForAccess() {
    return true;
  }

  @Override
  public void request(ObjectNode body, String model, Access access) {
    ObjectNode inner = body.objectNode();
    inner.setAll(body);
    body.removeAll();
    String project = access.facts().getOrDefault(CodeAssistEnvelope.PROJECT, "");
    if (!project.isEmpty()) {
      body.put(CodeAssistEnvelope.PROJECT, project);
    }
    boolean picture = model.contains("image");
    body.put("userAgent", "antigravity"); // a field of the protocol, not who calls
    body.put("requestType", picture ? "image_gen" : "agent");
    body.put("requestId", (picture ? "image_gen-" : "agent-") + UUID.randomUUID());
    body.put("model", AntigravityModels.sent(model, inner));
    if (!picture) {
      inner.put("sessionId", "-" + session(CodeAssistEnvelope.firstUserText(inner), access));
    }
    if (credits) {
      body.putArray("enabledCreditTypes").add("GOOGLE_ONE_AI");
    }
    body.set("request", inner);
  }

  private static long session(String text, Access access) {
    return text.isEmpty()
        ? ThreadLocalRandom.current().nextLong(Long.MAX_VALUE)
        : ByteBuffer.wrap(CodeAssistEnvelope.digest(access.token().fingerprint() + "\n" + text))
                .getLong()
            & Long.MAX_VALUE;
  }

  @Override
  public boolean unpacksAnswers() {
    return true;
  }

  @Override
  public byte @Nullable [] inside(byte[] answer, int start, int end) {
    return CodeAssistEnvelope.responseOf(answer, start, end);
  }
}
