package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.provider.quota.QuotaReader;
import dev.caravan.provider.transform.Transforms;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  void thePageListsTheTransforms() throws IOException {
    String rows =
        Transforms.all().stream()
            .map(t -> "| `%s` | %s | %s |\n".formatted(t.name(), t.does(), users(t.name())))
            .collect(Collectors.joining());

    section("transforms", "| name | what it does | providers |\n|---|---|---|\n" + rows);
  }

  @Test
  void thePageListsTheReadersOfQuotas() throws IOException {
    String rows =
        Arrays.stream(QuotaReader.values())
            .map(
                reader ->
                    "| `%s` | %s | %s |\n".formatted(reader.word(), reader.tells(), page(reader)))
            .collect(Collectors.joining());

    section("quotas", "| `quota` | what is told | `quotaUrl` |\n|---|---|---|\n" + rows);
  }

  private static String page(QuotaReader reader) {
    return Catalogue.bundled().entries().stream()
        .map(Catalogue.Entry::provider)
        .filter(provider -> provider.getQuota().equals(reader.word()))
        .map(provider -> "`" + provider.getQuotaUrl() + "`")
        .collect(Collectors.joining(", "));
  }

  private static void section(String name, String wanted) throws IOException {
    String begin =
        "<!-- %s: written from the code, `./mvnw test -Dtest=ProvidersPageTest -Ddocs=accept` -->\n"
            .formatted(name);
    String page = Files.readString(PAGE);
    String written =
        page.substring(0, page.indexOf(begin) + begin.length())
            + wanted
            + page.substring(page.indexOf("<!-- end of " + name + " -->"));
    if ("accept".equals(System.getProperty("docs"))) {
      Files.writeString(PAGE, written);
      page = written;
    }
    assertThat(page).isEqualTo(written);
  }

  private static String users(String transform) {
    return Catalogue.bundled().entries().stream()
        .filter(entry -> entry.provider().getTransforms().contains(transform))
        .map(Catalogue.Entry::name)
        .collect(Collectors.joining(", "));
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
                """
                | prefix | provider | key | base URL | dialect | models | embeddings, if any | quirks, transforms |
                |---|---|---|---|---|---|---|---|
                """,
                ""));
  }

  private static String row(Catalogue.Entry entry) {
    Provider provider = entry.provider();
    return "| `%s/` | %s | %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            entry.name(),
            provider.getDisplayName(),
            keys(entry),
            "`" + provider.getBaseUrl() + "`",
            entry.dialect(),
            provider.modelsUrl().isPresent() ? "asked for" : "named",
            provider.embeddingsUrl().isPresent() ? provider.getEmbeddings() : "",
            Stream.concat(provider.getQuirks().stream(), provider.getTransforms().stream())
                .map(name -> "`" + name + "`")
                .collect(Collectors.joining(" ")));
  }

  private static String keys(Catalogue.Entry entry) {
    List<String> names = new ArrayList<>();
    names.add(entry.name().toUpperCase(Locale.ROOT) + "_API_KEY");
    names.addAll(entry.keyVariables());
    String keys = names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
    String needs =
        entry.needs().stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
    String accounts = entry.provider().oauth().isPresent() ? "an account, or " : "";
    return accounts
        + (entry.keyOptional() ? keys + " or none" : keys)
        + (needs.isEmpty() ? "" : " with " + needs);
  }
}
