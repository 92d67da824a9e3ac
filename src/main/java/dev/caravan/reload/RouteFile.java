package dev.caravan.reload;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One route file as it was read. What is checked, what is built and what is kept are these same
 * bytes, whatever happens to the file meanwhile.
 *
 * @param name path below the routes folder, with slashes: {@code providers/acme.yaml}
 * @param label how people are told of it, with the folder before: {@code
 *     routes/providers/acme.yaml}
 * @param bytes its content; not to be changed
 */
public record RouteFile(String name, String label, byte[] bytes) {

  /** Larger files are refused: nobody writes them, and a parser would take seconds over them. */
  public static final int LARGEST = 1 << 20;

  /** Whether it is read before all others, since they use what it declares. */
  boolean isTemplate() {
    return name.startsWith("templates/");
  }

  /** How people are told of its folder. */
  String folder() {
    return label.substring(0, label.length() - name.length());
  }

  /** Its text, empty when it is not UTF-8. */
  Optional<String> text() {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  static boolean isRoutes(Path file) {
    String name = String.valueOf(file.getFileName());
    return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml"));
  }
}
