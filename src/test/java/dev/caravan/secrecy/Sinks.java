package dev.caravan.secrecy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Everything that a gateway has let out, to be searched for secrets. */
final class Sinks {
  private final Map<String, String> texts = new LinkedHashMap<>();

  /** Adds a text, such as an answer or a log. */
  Sinks add(String name, Object text) {
    texts.merge(name, String.valueOf(text), (one, other) -> one + "\n" + other);
    return this;
  }

  /** Adds every file below a folder, but for the one that is there to hold secrets. */
  Sinks addFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.getFileName().toString().equals(".env")) {
          add(
              "file " + folder.relativize(file),
              Files.readString(file, StandardCharsets.ISO_8859_1));
        }
        add("name of a file", file);
      }
    }
    return this;
  }

  int size() {
    return texts.size();
  }

  /** Fails when one of them holds a secret in any spelling, and names the sink. */
  void holdNone(Collection<String> secrets) {
    List<String> spellings = secrets.stream().flatMap(s -> spellings(s).stream()).toList();
    List<String> leaking = new ArrayList<>();
    texts.forEach(
        (name, text) -> {
          if (spellings.stream().anyMatch(text::contains)) {
            leaking.add(name);
          }
        });
    assertThat(leaking).as("sinks with a secret in them").isEmpty();
  }

  private static List<String> spellings(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    return List.of(
        secret,
        URLEncoder.encode(secret, StandardCharsets.UTF_8),
        Base64.getEncoder().withoutPadding().encodeToString(bytes));
  }
}
