package dev.caravan.providers;

import dev.caravan.mock.ShapeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  static final String ANSWER = ShapeFile.ANSWER;
  static final String QUOTA = ShapeFile.QUOTA;
  static final String GETS = ShapeFile.GETS;
  static final String CLIENT = "client gets";
  static final String COUNTED = "counted";
  static final String VERDICT = "verdict";

  static RecordedShape read(Path file) {
    try {
      ShapeFile text = ShapeFile.read(Files.readString(file));
      String folder = Objects.requireNonNull(file.getParent()).getFileName().toString();
      return new RecordedShape(file, folder, text.about(), text.sections());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code rate-limit}. */
  String name() {
    return file.getFileName().toString().replaceFirst("\\.txt$", "");
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
