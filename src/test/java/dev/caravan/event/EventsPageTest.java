package dev.caravan.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The table of {@code docs/events.md}; {@code -Ddocs=accept} writes it anew. */
class EventsPageTest {
  private static final Path PAGE = Path.of("docs/events.md");
  private static final String END = "<!-- end of events -->";

  @Test
  void theTableIsNotBehind() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf('\n', page.indexOf("<!-- events:")) + 1;
    StringBuilder table = new StringBuilder("| event | what has happened |\n|---|---|\n");
    for (EventKind kind : EventKind.values()) {
      table.append("| `").append(kind.word()).append("` | ").append(kind.text()).append(" |\n");
    }
    String expected = page.substring(0, from) + table + page.substring(page.indexOf(END));
    if ("accept".equals(System.getProperty("docs"))) {
      Files.writeString(PAGE, expected);
      return;
    }

    assertThat(page).as("run ./mvnw test -Dtest=EventsPageTest -Ddocs=accept").isEqualTo(expected);
  }
}
