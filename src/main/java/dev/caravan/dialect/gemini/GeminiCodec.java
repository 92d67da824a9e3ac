package dev.caravan.dialect.gemini;

import dev.caravan.dialect.hub.Answer;
import dev.caravan.dialect.hub.Asked;
import dev.caravan.dialect.hub.Codec;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Ledger;
import dev.caravan.dialect.hub.StreamReader;
import dev.caravan.dialect.hub.StreamSink;
import dev.caravan.dialect.hub.StreamWriter;
import dev.caravan.dialect.hub.Target;
import dev.caravan.dialect.hub.ToolNames;
import java.io.IOException;

/** Gemini into the hub and out of it. */
final class GeminiCodec implements Codec {
  private static final int USUAL_REQUEST = 16 * 1024;

  private final SignatureMemory memory = new SignatureMemory();

  @Override
  public Ledger ledger() {
    return GeminiLedger.LEDGER;
  }

  @Override
  public Conversation parseRequest(byte[] body) {
    return ConversationReader.read(body);
  }

  @Override
  public byte[] renderRequest(Conversation conversation, Target target) {
    return ConversationWriter.write(conversation, target, memory, USUAL_REQUEST);
  }

  @Override
  public Answer parseAnswer(byte[] body, ToolNames names) throws IOException {
    return WholeAnswer.read(body, names, memory);
  }

  @Override
  public byte[] renderAnswer(Answer answer, Asked asked) {
    return WholeAnswer.write(answer, asked);
  }

  @Override
  public StreamReader reader(StreamSink to, ToolNames names) {
    return new ChunkReader(to, names, memory);
  }

  @Override
  public StreamWriter writer(Asked asked) {
    return new ChunkWriter(asked);
  }
}
