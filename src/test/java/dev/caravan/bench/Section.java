package dev.caravan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A part of a page that a program writes, between two comments; the rest is left as it is. */
record Section(String name) {

  /**
   * Puts the text between the marks.
   *
   * @throws IOException when the page has no such marks
   */
  void write(Path page, String text) throws IOException {
    String old = Files.readString(page);
    String opening = "<!-- " + name + ":";
    String closing = "<!-- end of " + name + " -->";
    int start = old.indexOf(opening);
    int from = start < 0 ? -1 : old.indexOf('\n', start) + 1;
    int to = old.indexOf(closing);
    if (from <= 0 || to < from) {
      throw new IOException(page + " has no section " + name);
    }
    Files.writeString(page, old.substring(0, from) + text + old.substring(to));
  }
}
