package dev.caravan.mock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps the drill table of the documentation equal to the code. */
class MockPageTest {
  private static final Path PAGE = Path.of("docs/mock.md");
  private static final String BEGIN =
      "<!-- drills: written from the code, `./mvnw test -Dtest=MockPageTest -Ddocs=accept` -->\n";
  private static final String END = "<!-- end of drills -->";

  @Test
  void thePageShowsTheDrillsOfTheCode() throws IOException {
    String page = Files.readString(PAGE);
    String before = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
    String after = page.substring(page.indexOf(END));
    String written = before + table() + after;

    if ("accept".equals(System.getProperty("docs"))) {
      Files.writeString(PAGE, written);
      page = written;
    }

    assertThat(page).isEqualTo(written);
  }

  private static String table() {
    return Drills.docs().stream()
        .map(
            doc ->
                "| `%s` | %s | `%s` |\n"
                    .formatted(doc.token().replace(", ", "`, `"), doc.meaning(), doc.example()))
        .collect(
            Collectors.joining("", "| word | what the mock does | example |\n|---|---|---|\n", ""));
  }
}
