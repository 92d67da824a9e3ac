package dev.caravan.provider;

import dev.caravan.call.FaultClass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What errors of one provider mean, beside what they mean everywhere: lines of {@code 503 model is
 * loading = overloaded}. A status or {@code *}, a regular expression that the message has, if it
 * matters, and the class of the fault. The first that holds counts.
 *
 * @param fault what is wrong with the text, the end of a sentence; empty when nothing is
 */
record OwnErrors(List<Rule> rules, String fault) {
  static final OwnErrors NONE = new OwnErrors(List.of(), "");

  private static final Pattern LINE =
      Pattern.compile("\\s*(\\*|[1-5]\\d\\d)(?:\\s+(.*?))?\\s*=\\s*([a-z_]+)\\s*");

  static OwnErrors read(String text) {
    List<Rule> rules = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      Matcher parts = LINE.matcher(line);
      Optional<FaultClass> kind = parts.matches() ? kind(parts.group(3)) : Optional.empty();
      if (kind.isEmpty()) {
        return new OwnErrors(
            List.of(),
            "has in line %d no \"STATUS [TEXT] = CLASS\"; classes: %s"
                .formatted(
                    number,
                    String.join(
                        ", ", Arrays.stream(FaultClass.values()).map(FaultClass::word).toList())));
      }
      try {
        rules.add(rule(kind.get(), parts.group(1), parts.group(2)));
      } catch (PatternSyntaxException e) {
        return new OwnErrors(
            List.of(),
            "has in line %d no regular expression: %s".formatted(number, e.getDescription()));
      }
    }
    return new OwnErrors(List.copyOf(rules), "");
  }

  private static Rule rule(
      FaultClass kind, String status, @org.jspecify.annotations.Nullable String text) {
    Rule rule = Rule.means(kind);
    rule = status.equals("*") ? rule : rule.status(Integer.valueOf(status));
    return text == null || text.isEmpty() ? rule : rule.text(text);
  }

  private static Optional<FaultClass> kind(String word) {
    return Arrays.stream(FaultClass.values()).filter(k -> k.word().equals(word)).findFirst();
  }
}
