package dev.caravan.mock;

import dev.caravan.mock.Scenario.Carrier;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The words that tell the mock what to do. They stand in the model name or in the API key, divided
 * by one of {@code - _ . / :}; the key overrules the model, and any other word is just a name.
 */
public final class Drills {
  private static final Pattern DIVIDERS = Pattern.compile("[-_./:,\\s]+");

  private Drills() {}

  /** The table for people, in the order in which it should be read. */
  public static List<DrillDoc> docs() {
    return DrillTable.ROWS.stream().map(Drill::doc).toList();
  }

  static Scenario read(String key, String model) {
    var draft = new Draft(key);
    draft.carrier = Carrier.MODEL;
    readWords(model, draft);
    draft.carrier = Carrier.KEY;
    readWords(key, draft);
    return draft.scenario();
  }

  private static void readWords(String text, Draft draft) {
    for (String word : DIVIDERS.split(text.toLowerCase(Locale.ROOT), -1)) {
      for (Drill drill : DrillTable.ROWS) {
        if (drill.tryOn(word, draft)) {
          break;
        }
      }
    }
  }
}
