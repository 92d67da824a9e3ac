package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps docs/providers.md equal to the code. */
class ProvidersPageTest {
  private static final Path PAGE = Path.of("docs/providers.md");
  private static final String BEGIN =
      "<!-- catalogue: written from the code, `./mvnw test -Dtest=ProvidersPageTest -Ddocs=accept` -->\n";
  private static final String END = "<!-- end of catalogue -->";

  @Test
  void thePageListsTheCatalogue() throws IOException {
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
  void thePageExplainsEveryPropertyOfAProvider() throws IOException {
    String page = Files.readString(PAGE);
    String properties = page.substring(page.indexOf("| property |"), page.indexOf("## Built in"));

    for (Method method : Provider.class.getMethods()) {
      if (method.getName().startsWith("set")) {
        String property =
            method.getName().substring(3, 4).toLowerCase(Locale.ROOT)
                + method.getName().substring(4);
        assertThat(properties).contains("`" + property + "`");
      }
    }
  }

  @Test
  void thePageNamesEveryQuirk() throws IOException {
    String page = Files.readString(PAGE);

    assertThat(Arrays.stream(Quirk.values()).map(quirk -> "`" + quirk.name() + "`"))
        .allSatisfy(code -> assertThat(page).contains(code));
  }

  private static String table() {
    return Catalogue.bundled().entries().stream()
        .map(ProvidersPageTest::row)
        .collect(
            Collectors.joining(
                "",
                "| prefix | provider | key | base URL | dialect |\n|---|---|---|---|---|\n",
                ""));
  }

  private static String row(Catalogue.Entry entry) {
    Provider provider = entry.provider();
    return "| `%s/` | %s | %s | %s | %s |\n"
        .formatted(
            entry.name(),
            provider.getDisplayName(),
            keys(entry),
            "`" + provider.getBaseUrl() + "`",
            entry.dialect());
  }

  private static String keys(Catalogue.Entry entry) {
    List<String> names = new ArrayList<>();
    names.add(entry.name().toUpperCase(Locale.ROOT) + "_API_KEY");
    names.addAll(entry.keyVariables());
    String keys = names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
    String needs =
        entry.needs().stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
    return (entry.keyOptional() ? keys + " or none" : keys)
        + (needs.isEmpty() ? "" : " with " + needs);
  }
}
