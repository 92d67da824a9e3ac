package dev.caravan.dialect.openai.responses;

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

/** OpenAI responses into the hub and out of it. */
final class ResponsesCodec implements Codec {
  private static final int USUAL_REQUEST = 16 * 1024;

  @Override
  public Ledger ledger() {
    return ResponsesLedger.LEDGER;
  }

  @Override
  public Conversation parseRequest(byte[] body) {
    return ConversationReader.read(body);
  }

  @Override
  public byte[] renderRequest(Conversation conversation, Target target) {
    return ConversationWriter.write(conversation, target, USUAL_REQUEST);
  }

  @Override
  public Answer parseAnswer(byte[] body, ToolNames names) throws IOException {
    return WholeAnswerReader.read(body, names);
  }

  @Override
  public byte[] renderAnswer(Answer answer, Asked asked) {
    return WholeAnswerWriter.write(answer, asked);
  }

  @Override
  public StreamReader reader(StreamSink to, ToolNames names) {
    return new EventReader(to, names);
  }

  @Override
  public StreamWriter writer(Asked asked) {
    return new EventWriter(asked);
  }
}
