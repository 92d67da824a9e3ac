package dev.caravan.upstream;

import io.vertx.core.buffer.Buffer;

/** Takes the body of an answer in, piece by piece, and tells its call what it turned out to be. */
interface Intake {

  void piece(Buffer next);

  /** The body came to its end. */
  void end();

  /** The connection broke inside the body. */
  void cut(String how);

  /**
   * A limit of time is over.
   *
   * @param which name of the setting
   */
  void overdue(String which, String message);

  /** This side gives up; the provider's side is closed already. */
  void cancelled();
}
