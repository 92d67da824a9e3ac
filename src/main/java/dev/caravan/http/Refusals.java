package dev.caravan.http;

import dev.caravan.call.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Gives failures the shape that the client of a path understands. Called on event loops; must not
 * block.
 */
public interface Refusals {

  /**
   * The answer for a failure.
   *
   * @param path of the request
   * @param requestId as the client will see it
   */
  Reply refuse(String path, Failure failure, String requestId);

  /**
   * Asked when the head of a request is in and a large body, or one that waits for permission,
   * would follow.
   *
   * @return why the body need not be sent, null when it may
   */
  @Nullable Failure admit(RequestHead head);
}
