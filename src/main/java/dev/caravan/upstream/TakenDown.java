package dev.caravan.upstream;

import dev.caravan.call.Transcript;
import io.vertx.core.buffer.Buffer;

/** An intake whose body is taken down before it is read. */
record TakenDown(Intake reader, Transcript transcript) implements Intake {

  @Override
  public void piece(Buffer next) {
    transcript.piece(Transcript.Side.UPSTREAM, Bytes.of(next).nioBuffer());
    reader.piece(next);
  }

  @Override
  public void end() {
    reader.end();
  }

  @Override
  public void cut(String how) {
    reader.cut(how);
  }

  @Override
  public void overdue(String which, String message) {
    reader.overdue(which, message);
  }

  @Override
  public void cancelled() {
    reader.cancelled();
  }
}
