package dev.caravan.transcript;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One case: a file of sections, each under a line {@code --- name}. What stands before the first is
 * for people.
 *
 * @param client dialect of the client, from the folder's name
 * @param upstream dialect of the provider, from the folder's name
 */
record Transcript(
    Path file, String client, String upstream, String about, Map<String, String> sections) {
  static final String CLIENT_REQUEST = "client request";
  static final String UPSTREAM_REQUEST = "upstream request";
  static final String UPSTREAM_ANSWER = "upstream answer";
  static final String CLIENT_ANSWER = "client answer";
  static final String DROPPED = "dropped";
  static final String REFUSED = "refused";

  static Transcript read(Path file) {
    try {
      StringBuilder about = new StringBuilder();
      Map<String, String> sections = new LinkedHashMap<>();
      String name = "";
      StringBuilder section = about;
      for (String line : Files.readString(file).split("\n", -1)) {
        if (line.startsWith("--- ")) {
          if (section != about) {
            sections.put(name, section.toString());
          }
          name = line.substring(4).strip();
          section = new StringBuilder();
        } else {
          section.append(line).append('\n');
        }
      }
      sections.put(name, section.toString());
      sections.replaceAll((key, text) -> text.strip() + "\n");
      String[] pair = folder(file).split("-to-");
      return new Transcript(file, pair[0], pair[1], about.toString().strip(), sections);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String folder(Path file) {
    Path folder = file.getParent();
    return folder == null ? "" : folder.getFileName().toString();
  }

  String section(String name) {
    String text = sections.get(name);
    if (text == null) {
      throw new IllegalStateException("%s has no section \"--- %s\"".formatted(file, name));
    }
    return text;
  }

  /** Whether it has an answer at all, and that is a stream. */
  boolean answersAsStream() {
    return sections.containsKey(UPSTREAM_ANSWER) && streams();
  }

  boolean streams() {
    String answer = section(UPSTREAM_ANSWER);
    return answer.startsWith("data:") || answer.startsWith("event:") || answer.startsWith(":");
  }

  /** The file with other expectations. */
  void accept(Map<String, String> expected) {
    StringBuilder text = new StringBuilder(about).append("\n\n");
    append(text, CLIENT_REQUEST, section(CLIENT_REQUEST));
    if (sections.containsKey(UPSTREAM_ANSWER)) {
      append(text, UPSTREAM_ANSWER, section(UPSTREAM_ANSWER));
    }
    expected.forEach((name, section) -> append(text, name, section));
    try {
      Files.writeString(file, text.toString().stripTrailing() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void append(StringBuilder text, String name, String section) {
    text.append("--- ").append(name).append("\n\n").append(section.strip()).append("\n\n");
  }

  @Override
  public String toString() {
    return folder(file) + "/" + file.getFileName();
  }
}
