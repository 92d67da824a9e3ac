package dev.caravan.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.route.hook.HookPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps the contracts in the documentation equal to the code. */
class HooksPageTest {
  private static final Path PAGE = Path.of("docs/hooks.md");
  private static final String BEGIN =
      "<!-- points: written from the code, `./mvnw test -Dtest=HooksPageTest -Ddocs=accept` -->\n";
  private static final String END = "<!-- end of points -->";

  @Test
  void thePageShowsTheContractsOfTheCode() throws IOException {
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
    return Arrays.stream(HookPoint.values())
        .map(HooksPageTest::row)
        .collect(
            Collectors.joining(
                "",
                "| point | runs | its body | reads | may change | time |\n|---|---|---|---|---|---|\n",
                ""));
  }

  private static String row(HookPoint point) {
    return "| `hook:%s` | %s | %s | %s | %s | %s |\n"
        .formatted(
            point.word(),
            point.when(),
            point.body(),
            names(point.reads()),
            point.writes().isEmpty() ? "nothing" : names(point.writes()),
            point.budget().toMillis() < 1000
                ? point.budget().toMillis() + " ms"
                : point.budget().toSeconds() + " s");
  }

  private static String names(List<String> names) {
    return names.stream()
        .map(name -> name.contains(" ") ? name : "`" + name + "`")
        .collect(Collectors.joining(" "));
  }
}
