package dev.caravan.observe.files;

import dev.caravan.call.Attempt;
import dev.caravan.call.Call;
import dev.caravan.call.Note;
import java.util.ArrayList;
import java.util.List;

/** An attempt, and how long the call waited for it. */
record AttemptWait(Attempt attempt, long waitMillis) {

  /** All attempts of a call, from its decision record. */
  static List<AttemptWait> of(Call call) {
    List<AttemptWait> all = new ArrayList<>();
    long waited = 0;
    for (Note note : call.notes()) {
      switch (note) {
        case Note.Waited wait -> waited += wait.nanos();
        case Note.Tried tried -> {
          all.add(new AttemptWait(tried.attempt(), waited / 1_000_000));
          waited = 0;
        }
        default -> {}
      }
    }
    return all;
  }
}
