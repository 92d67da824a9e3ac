package dev.caravan.mock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.provider.Catalogue;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
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

  @Test
  void thePageNamesTheProvidersThatItStandsInFor() throws IOException {
    String begin =
        "<!-- providers: written from the code, `./mvnw test -Dtest=MockPageTest -Ddocs=accept` -->\n";
    String page = Files.readString(PAGE);
    String written =
        page.substring(0, page.indexOf(begin) + begin.length())
            + providers()
            + page.substring(page.indexOf("<!-- end of providers -->"));

    if ("accept".equals(System.getProperty("docs"))) {
      Files.writeString(PAGE, written);
      page = written;
    }

    assertThat(page).isEqualTo(written);
  }

  private static String providers() {
    return MockProvider.standIns().entrySet().stream()
        .map(
            one ->
                "| `%s_API_BASE=http://127.0.0.1:9100/providers/%s%s` | %s |\n"
                    .formatted(
                        one.getKey().toUpperCase(Locale.ROOT),
                        one.getKey(),
                        URI.create(
                                Catalogue.bundled()
                                    .find(one.getKey())
                                    .orElseThrow()
                                    .provider()
                                    .getBaseUrl())
                            .getPath(),
                        one.getValue().stream()
                            .map(name -> "`" + name + "`")
                            .collect(Collectors.joining(" "))))
        .collect(Collectors.joining("", "| address | cases |\n|---|---|\n", ""));
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
