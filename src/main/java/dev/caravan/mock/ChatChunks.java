package dev.caravan.mock;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;

/**
 * The events of a stream of chat chunks: what all have in common is glued once, what differs is
 * passed in.
 */
final class ChatChunks implements Chunks {
  private static final byte[] ROLE =
      "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}".getBytes(UTF_8);
  private static final byte[] NO_DELTA = "{}".getBytes(UTF_8);
  private static final byte[] UNFINISHED = ending("null");

  private final byte[] common;
  private final byte[] choice;
  private final byte[] unfinished;

  /**
   * @param finishOnEach reason that every chunk carries, empty for none
   */
  ChatChunks(String id, long created, String model, String finishOnEach) {
    String opening =
        "data: {\"id\":\""
            + id
            + "\",\"object\":\"chat.completion.chunk\",\"created\":"
            + created
            + ",\"model\":"
            + Json.quoted(model)
            + ",\"system_fingerprint\":\"fp_mock\",\"choices\":[";
    common = opening.getBytes(UTF_8);
    choice = (opening + "{\"index\":0,\"delta\":").getBytes(UTF_8);
    unfinished = finishOnEach.isEmpty() ? UNFINISHED : ending(Json.quoted(finishOnEach));
  }

  @Override
  public Buffer role() {
    return delta(ROLE);
  }

  @Override
  public Buffer delta(byte[] delta) {
    return glued(choice, delta, unfinished);
  }

  @Override
  public Buffer finish(String reason) {
    return glued(choice, NO_DELTA, ending(Json.quoted(reason)));
  }

  @Override
  public Buffer finish(String reason, TokenCounts counts) {
    String end =
        ",\"logprobs\":null,\"finish_reason\":" + Json.quoted(reason) + "}]" + usage(counts);
    return glued(choice, NO_DELTA, end.getBytes(UTF_8));
  }

  @Override
  public Buffer usageOnly(TokenCounts counts) {
    return glued(common, ("]" + usage(counts)).getBytes(UTF_8));
  }

  @Override
  public Buffer error(Refusal refusal) {
    return Buffer.buffer("data: " + refusal.body().strip() + "\n\n");
  }

  @Override
  public Buffer done() {
    return Buffer.buffer("data: [DONE]\n\n");
  }

  private static String usage(TokenCounts counts) {
    return ",\"usage\":" + counts.json() + "}\n\n";
  }

  private static byte[] ending(String finishReason) {
    return (",\"logprobs\":null,\"finish_reason\":" + finishReason + "}]}\n\n").getBytes(UTF_8);
  }

  private static Buffer glued(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    Buffer buffer = Buffer.buffer(length);
    for (byte[] part : parts) {
      buffer.appendBytes(part);
    }
    return buffer;
  }
}
