package dev.caravan.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.hub.Ledger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** {@code docs/dialects.md} is written from the ledgers; {@code -Ddocs=accept} writes it anew. */
class DialectsPageTest {
  private static final Path PAGE = Path.of("docs/dialects.md");

  @Test
  void thePageSaysWhatTheLedgersSay() throws Exception {
    if ("accept".equals(System.getProperty("docs"))) {
      Files.writeString(PAGE, page());
    }
    String written = Files.readString(PAGE);

    assertThat(written)
        .as("write it anew with ./mvnw test -Dtest=DialectsPageTest -Ddocs=accept")
        .isEqualTo(page());
  }

  private static String page() {
    Dialects dialects = Dialects.onClassPath();
    List<Dialect> all = dialects.names().stream().map(dialects::named).toList();
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Dialects

        Where a client and its provider speak the same dialect, nothing is translated: bodies and streams pass as they are, but for the model's name.
        Where they do not, this is what becomes of each field of a request. The page is written from the code that translates.

        | verdict | means |
        |---|---|
        | kept | the same there |
        | mapped | written in the provider's own way |
        | dropped | left out; the answer's header `X-Gateway-Dropped` names it, and strict mode (`TRANSLATION_STRICT=true`, or the request header `X-Gateway-Strict: true`) refuses the call |
        | spared | left out because the answer says the same without it; named in the header, strict mode lets it go |
        | refused | the call is a 400, since without it the answer would be another |

        A field that the client's own dialect does not know is dropped. In an answer, what the client's dialect has no place for (citations, tools that a provider ran
        itself, log probabilities) is left out. Signed thinking is handed on with its family in front, as `caravan.<dialect>.…`, and goes back to that family byte for byte;
        for clients that give nothing back it is kept for three hours and found again by the id of the tool call.
        """);
    for (Dialect client : all) {
      for (Dialect upstream : all) {
        if (client != upstream) {
          pair(page, client, upstream);
        }
      }
    }
    return page.toString();
  }

  private static void pair(StringBuilder page, Dialect client, Dialect upstream) {
    page.append("\n## From ").append(client.name()).append(" to ").append(upstream.name());
    page.append("\n\n| field | verdict | how |\n|---|---|---|\n");
    for (Ledger.Field field : client.codec().ledger().fields()) {
      Ledger.Fate fate = upstream.codec().ledger().fateOf(field.feature());
      String verdict = fate.harmless() ? "spared" : fate.verdict().name().toLowerCase(Locale.ROOT);
      page.append("| `").append(field.path()).append("` | ").append(verdict).append(" | ");
      page.append(fate.how()).append(" |\n");
    }
  }
}
