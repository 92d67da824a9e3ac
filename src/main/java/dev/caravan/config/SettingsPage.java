package dev.caravan.config;

/** The catalogue as people read it: {@code docs/settings.md} and {@code application.properties}. */
public final class SettingsPage {
  private SettingsPage() {}

  /** The reference page, in Markdown. */
  public static String markdown() {
    StringBuilder page =
        new StringBuilder(
            """
            # Settings

            Written from the catalogue in `dev.caravan.config.Settings`; change it there and run
            `./mvnw test -Dtest=SettingsPageTest -Dsettings=accept`.

            A value comes from the first of these that has it: command line, environment, `overrides.env`, `.env`, other
            `*.env` by name, `application.properties`, default. All files lie in the data folder (`CARAVAN_HOME`).

            - In `application.properties` a setting may be written as `GLOBAL_TIMEOUT=20` or `caravan.global-timeout=20`.
            - `<P>` is a provider in capitals (`GEMINI_CLI`), `<N>` a number, `<MODE>` is `BALANCED` or `SEQUENTIAL`.
            - A value that is not legal gives a warning, and the default is used. An empty value counts as not set, except for lists.
            - A secret may be a reference to a file: `file:/run/secrets/name`.
            - *Live* settings apply without restart.
            """);
    for (Section section : Settings.sections()) {
      page.append("\n## ").append(section.title()).append("\n\n");
      page.append("| name | type | default | live | meaning |\n|---|---|---|---|---|\n");
      section.rows().forEach(row -> page.append(tableRow(row)));
    }
    return page.toString();
  }

  /** A properties file in which every line is a comment. */
  public static String sampleProperties() {
    StringBuilder sample =
        new StringBuilder(
            """
            # Settings of this installation, with their defaults. Remove the # in front of a line to change it.
            # Keys belong into .env, which is not shared. Properties that begin with camel. go to Camel;
            # any other name can be used in routes as {{name}}. All settings: docs/settings.md
            """);
    for (Section section : Settings.sections()) {
      sample.append("\n# ---- ").append(section.title()).append('\n');
      section.rows().stream()
          .filter(row -> !row.type().secret() && !row.equals(Settings.CARAVAN_HOME))
          .forEach(row -> sample.append(sampleLines(row)));
    }
    return sample.toString();
  }

  private static String tableRow(Setting<?> row) {
    return "| `%s` | %s | %s | %s | %s |\n"
        .formatted(
            row.name(),
            row.type().name(),
            row.fallback() == null ? row.fallbackText() : code(row.fallbackText()),
            row.live() ? "yes" : "no",
            row.text().replace("<", "\\<").replace("|", "\\|"));
  }

  private static String sampleLines(Setting<?> row) {
    String value = row.fallback() == null ? "" : row.fallbackText();
    String unset = row.fallback() == null ? " (" + row.fallbackText() + ")" : "";
    return "\n# %s%s\n# %s=%s\n".formatted(row.text(), unset, row.propertyKey(), value);
  }

  private static String code(String text) {
    return text.isEmpty() ? "empty" : "`" + text + "`";
  }
}
