package dev.caravan.upstream;

import dev.caravan.call.FaultClass;
import io.netty.buffer.ByteBuf;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/** Gathers an answer that is not a stream. Of an error it is enough to have the beginning. */
final class WholeIntake implements Intake {
  private static final int LARGEST_ANSWER = 256 << 20;
  private static final int LARGEST_ERROR = 1 << 20;
  private static final byte[] NOTHING = new byte[0];

  private final UpstreamCall call;
  private final int status;
  private final MultiMap headers;
  private final int most;
  private byte[] bytes = NOTHING;
  private int length;

  WholeIntake(UpstreamCall call, int status, MultiMap headers) {
    this.call = call;
    this.status = status;
    this.headers = headers;
    this.most = isError() ? LARGEST_ERROR : LARGEST_ANSWER;
  }

  private boolean isError() {
    return status >= 400;
  }

  @Override
  public void piece(Buffer next) {
    ByteBuf buf = Bytes.of(next);
    int more = Math.min(buf.readableBytes(), most - length);
    take(buf, more);
    if (more < buf.readableBytes()) {
      if (isError()) {
        call.giveUp(answer());
      } else {
        call.fail(FaultClass.UNREADABLE_ANSWER, "length", "the answer is too large");
      }
    }
  }

  private void take(ByteBuf buf, int more) {
    if (length == 0
        && buf.hasArray()
        && buf.arrayOffset() == 0
        && buf.readerIndex() == 0
        && buf.array().length == more) {
      bytes = buf.array();
    } else {
      if (bytes.length < length + more) {
        bytes = Arrays.copyOf(bytes, Math.min(most, Math.max(length + more, 2 * bytes.length)));
      }
      buf.getBytes(buf.readerIndex(), bytes, length, more);
    }
    length += more;
  }

  @Override
  public void end() {
    call.answer(answer());
  }

  /** The status of an error says enough. */
  @Override
  public void cut(String how) {
    if (isError()) {
      call.giveUp(answer());
    } else {
      call.fail(FaultClass.API_CONNECTION, "connection", how);
    }
  }

  @Override
  public void overdue(String which, String message) {
    call.fail(FaultClass.TIMEOUT, which, message);
  }

  @Override
  public void cancelled() {
    call.giveUp(new UpstreamAnswer.Cancelled());
  }

  private UpstreamAnswer answer() {
    return new UpstreamAnswer.Whole(
        status, headers, bytes.length == length ? bytes : Arrays.copyOf(bytes, length));
  }
}
