package dev.caravan.providers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One case of one provider: a file of sections, each under a line {@code --- name}. What stands
 * before the first is for people.
 *
 * @param provider the name of its folder
 */
record RecordedShape(Path file, String provider, String about, Map<String, String> sections) {
  /** What the client sends: {@code POST /path} where it is not chat, then the body. */
  static final String REQUEST = "client request";

  /** What the provider answers: a status, headers, an empty line, the body. */
  static final String ANSWER = "provider answers";

  /** What it answers when it is asked for the quota, in the same form. */
  static final String QUOTA = "quota page";

  static final String GETS = "provider gets";
  static final String CLIENT = "client gets";
  static final String COUNTED = "counted";
  static final String VERDICT = "verdict";

  static RecordedShape read(Path file) {
    try {
      StringBuilder about = new StringBuilder();
      Map<String, StringBuilder> texts = new LinkedHashMap<>();
      StringBuilder section = about;
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith("--- ")) {
          section = new StringBuilder();
          texts.put(line.substring(4).strip(), section);
        } else {
          section.append(line).append('\n');
        }
      }
      Map<String, String> sections = new LinkedHashMap<>();
      texts.forEach((name, text) -> sections.put(name, text.toString().strip()));
      String folder = Objects.requireNonNull(file.getParent()).getFileName().toString();
      return new RecordedShape(file, folder, about.toString().strip(), sections);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean has(String section) {
    return sections.containsKey(section);
  }

  String section(String name) {
    String text = sections.get(name);
    if (text == null) {
      throw new IllegalStateException("%s has no section \"--- %s\"".formatted(file, name));
    }
    return text;
  }

  /** Writes what has come of it behind what was given. */
  void accept(Map<String, String> made) {
    StringBuilder text = new StringBuilder(about).append("\n");
    sections.forEach(
        (name, section) -> {
          if (name.equals(REQUEST) || name.equals(ANSWER) || name.equals(QUOTA)) {
            append(text, name, section);
          }
        });
    made.forEach((name, section) -> append(text, name, section));
    try {
      Files.writeString(file, text.toString().strip() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void append(StringBuilder text, String name, String section) {
    text.append("\n--- ").append(name).append("\n\n").append(section.strip()).append('\n');
  }

  @Override
  public String toString() {
    return provider + "/" + file.getFileName();
  }
}
