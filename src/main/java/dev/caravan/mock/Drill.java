package dev.caravan.mock;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A word that tells the mock what to do.
 *
 * @param pattern of the whole word, lower case; its groups are the numbers
 * @param doc the same for people
 * @param effect on the scenario
 */
record Drill(Pattern pattern, DrillDoc doc, Effect effect) {

  interface Effect {
    void on(Draft draft, Numbers numbers);
  }

  /** The numbers of a word, in order. */
  record Numbers(Matcher match) {
    int first() {
      return Integer.parseInt(match.group(1));
    }

    int first(int otherwise) {
      return match.group(1).isEmpty() ? otherwise : first();
    }

    int second() {
      return Integer.parseInt(match.group(2));
    }
  }

  /**
   * A drill that is a word with numbers.
   *
   * @param shape the word with {@code N} for a number and {@code N?} for one that may be left out;
   *     blanks are for the eye. A number behind a word that takes none belongs to a name: {@code
   *     sk-bad1} and {@code sk-bad2} are both bad keys
   */
  static Drill of(String token, String meaning, String example, String shape, Effect effect) {
    String numbered = shape.contains("N") ? shape : shape + "N?";
    String regex = numbered.replace(" ", "").replace("N?", "(\\d{0,7})").replace("N", "(\\d{1,7})");
    return new Drill(Pattern.compile(regex), new DrillDoc(token, meaning, example), effect);
  }

  /** The drill that is a bare error status. */
  static Drill ofStatus(String token, String meaning, String example, Effect effect) {
    return new Drill(
        Pattern.compile("([45]\\d\\d)"), new DrillDoc(token, meaning, example), effect);
  }

  /** Does it if this is its word. */
  boolean tryOn(String word, Draft draft) {
    Matcher match = pattern.matcher(word);
    if (!match.matches()) {
      return false;
    }
    effect.on(draft, new Numbers(match));
    return true;
  }
}
