package dev.caravan.mock;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one provider is asked and answers in one case: a text of sections, each under a line {@code
 * --- name}. What stands before the first is for people. Immutable.
 *
 * @param about for people
 * @param sections by name, in the order of the text
 */
public record ShapeFile(String about, Map<String, String> sections) {
  /** What the provider answers: a status, headers, an empty line, the body. */
  public static final String ANSWER = "provider answers";

  /** What it answers when it is asked for the quota, in the same form. */
  public static final String QUOTA = "quota page";

  /** What the provider gets: method and path, headers, an empty line, the body. */
  public static final String GETS = "provider gets";

  /** Takes a text apart. */
  public static ShapeFile read(String text) {
    var about = new StringBuilder();
    Map<String, StringBuilder> texts = new LinkedHashMap<>();
    StringBuilder section = about;
    for (String line : text.lines().toList()) {
      if (line.startsWith("--- ")) {
        section = new StringBuilder();
        texts.put(line.substring(4).strip(), section);
      } else {
        section.append(line).append('\n');
      }
    }
    Map<String, String> sections = new LinkedHashMap<>();
    texts.forEach((name, lines) -> sections.put(name, lines.toString().strip()));
    return new ShapeFile(about.toString().strip(), sections);
  }

  /** The text of a section, null when there is none of this name. */
  public @Nullable String section(String name) {
    return sections.get(name);
  }
}
