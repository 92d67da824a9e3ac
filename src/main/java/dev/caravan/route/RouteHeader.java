package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.Note;
import java.util.Locale;

/** The short form of a decision record (rotation.md 3.11), for a header of the answer. */
final class RouteHeader {
  private RouteHeader() {}

  /** Such as {@code cred=k3f9a1;attempts=2;waited=1.1}. */
  static String of(Call call, String credential) {
    long waited = 0;
    for (Note note : call.notes()) {
      waited += note instanceof Note.Waited wait ? wait.nanos() : 0;
    }
    return String.format(
        Locale.ROOT,
        "cred=%s;attempts=%d;waited=%.1f",
        credential,
        Surface.attempts(call),
        waited / 1e9);
  }
}
