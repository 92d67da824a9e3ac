package dev.caravan.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A body and what becomes of it. */
final class Edited {
  private Edited() {}

  static String apply(String body, List<Splice> splices) {
    return new String(Splice.join(Splice.apply(body.getBytes(UTF_8), 0, splices)), UTF_8);
  }

  static String apply(
      String body, Set<String> drop, Map<String, String> rename, Map<String, Object> fill) {
    try {
      return apply(body, MemberEdits.of(body.getBytes(UTF_8), drop, rename, fill));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
