package dev.caravan.admin;

import org.jspecify.annotations.Nullable;

/** One thing that an operator can ask. Runs on a virtual thread, so it may wait. */
@FunctionalInterface
public interface AdminOperation {

  /**
   * Does it.
   *
   * @return what Jackson turns into the JSON of the answer: maps, lists, records of plain values;
   *     an {@link AdminAnswer} for another status than 200; a {@link dev.caravan.http.Reply} for
   *     anything that is not JSON; null for 204
   * @throws AdminRefusal for what the operator has to change
   * @throws Exception for a bug, answered as 500
   */
  @Nullable Object run(AdminRequest request) throws Exception;
}
