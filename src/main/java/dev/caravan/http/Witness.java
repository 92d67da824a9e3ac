package dev.caravan.http;

import dev.caravan.call.Transcript;
import org.jspecify.annotations.Nullable;

/** Decides which requests are taken down. Thread-safe. */
public interface Witness {

  /**
   * Asked about each request, on its event loop, when its head is in; null when nobody wants to
   * know.
   */
  @Nullable Transcript begin(ServedRequest request);

  /**
   * Somebody who may insists that this request is taken down, whatever the settings say; no byte of
   * its answer is out.
   *
   * @param begun what takes it down so far, null when nothing does
   */
  Transcript insist(ServedRequest request, @Nullable Transcript begun);
}
