package dev.caravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.provider.account.OAuth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cases of providers.md 16 that are about finding accounts. */
class AccountSourcesTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path home;

  private final OAuth oauth =
      OAuth.of("gemini_cli", Map.of("tokenUrl", "https://example.org/token", "rotates", "true"));

  private AccountSources sources() {
    return new AccountSources(new CredentialStore(home.resolve("oauth_creds")));
  }

  private static Map<String, String> variables(String... pairs) {
    Map<String, String> all = new HashMap<>();
    for (String pair : pairs) {
      all.put("GEMINI_CLI_" + pair, "value-of-" + pair);
    }
    return all;
  }

  private List<String> names(Map<String, String> variables) {
    return sources().of("gemini_cli", oauth, variables).stream()
        .map(AccountSources.Found::name)
        .toList();
  }

  @Test
  @DisplayName("providers.md 16, 1: accounts of the environment may have gaps")
  void numberedOnesOfTheEnvironmentMayHaveGaps() {
    assertThat(
            names(
                variables(
                    "1_ACCESS_TOKEN", "1_REFRESH_TOKEN", "3_ACCESS_TOKEN", "3_REFRESH_TOKEN")))
        .containsExactly("env://gemini_cli/1", "env://gemini_cli/3");
  }

  @Test
  @DisplayName("providers.md 16, 2: the one without a number counts alone")
  void theOneWithoutANumberCountsWhenItIsAlone() {
    assertThat(
            names(variables("1_ACCESS_TOKEN", "1_REFRESH_TOKEN", "ACCESS_TOKEN", "REFRESH_TOKEN")))
        .containsExactly("env://gemini_cli/1");
    assertThat(names(variables("ACCESS_TOKEN", "REFRESH_TOKEN")))
        .containsExactly("env://gemini_cli/0");
  }

  @Test
  @DisplayName("providers.md 16, 3: no account without a refresh token")
  void withoutARefreshTokenThereIsNoAccount() {
    assertThat(names(variables("2_ACCESS_TOKEN"))).isEmpty();
  }

  @Test
  @DisplayName("providers.md 16, 4: the environment beats files")
  void filesAreNotReadWhereTheEnvironmentHasAccounts() throws Exception {
    new CredentialStore(home.resolve("oauth_creds"))
        .add("gemini_cli", House.document("a", "r", 60));

    assertThat(names(Map.of())).containsExactly("gemini_cli_oauth_1.json");
    assertThat(names(variables("1_ACCESS_TOKEN", "1_REFRESH_TOKEN")))
        .containsExactly("env://gemini_cli/1");
  }

  @Test
  @DisplayName("providers.md 16, 5: a port is no file")
  void aPortIsNoFile() {
    assertThat(AccountSources.imports("GEMINI_CLI", Map.of("GEMINI_CLI_OAUTH_PORT", "9000")))
        .isEmpty();
    assertThat(sources().present(List.of("gemini_cli"), Map.of("GEMINI_CLI_OAUTH_CLIENT_ID", "x")))
        .isEmpty();
  }

  @Test
  void aFileThatAVariableNamesIsCopiedOnceAndNeverWritten() throws Exception {
    Path theirs = home.resolve("theirs.json");
    String text = "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"email\":\"a@b.c\"}";
    Files.writeString(theirs, text);
    Map<String, String> variables = Map.of("GEMINI_CLI_OAUTH_1", theirs.toString());

    assertThat(names(variables)).containsExactly("gemini_cli_oauth_1.json");
    assertThat(names(variables)).containsExactly("gemini_cli_oauth_1.json");

    assertThat(theirs).hasContent(text);
  }

  @Test
  @DisplayName("providers.md 16, 19: an account in two files of Codex is one")
  void theFilesOfCodexAreImportedAndAnAccountThatIsInBothOnce() throws Exception {
    CredentialStore store = new CredentialStore(home.resolve("oauth_creds"));
    Path auth = home.resolve("auth.json");
    String first =
        """
        {"OPENAI_API_KEY":null,"tokens":{"id_token":"i","access_token":"a1","refresh_token":"r1",
         "account_id":"acct_1"},"last_refresh":"2026-01-01T00:00:00Z"}""";
    Files.writeString(auth, first);
    Path accounts = home.resolve("accounts.json");
    String second =
        """
        {"accounts":[{"tokens":{"access_token":"a1","refresh_token":"r1b","account_id":"acct_1"}},
         {"access_token":"a2","refresh_token":"r2","account_id":"acct_2","email":"b@c.d"},
         {"access_token":"a3"}]}""";
    Files.writeString(accounts, second);
    List<String> told = new ArrayList<>();
    AccountSources sources = new AccountSources(store);

    told.addAll(sources.importFrom("openai_codex", oauth, auth).told());
    told.addAll(sources.importFrom("openai_codex", oauth, accounts).told());

    assertThat(store.list().of("openai_codex"))
        .extracting(CredentialStore.Stored::name)
        .containsExactly("openai_codex_oauth_1.json", "openai_codex_oauth_2.json");
    assertThat(told).filteredOn(line -> line.contains("has already")).hasSize(1);
    assertThat(told).anyMatch(line -> line.contains("no refresh_token"));
    assertThat(told).anyMatch(line -> line.contains("whoever refreshes first"));
    assertThat(auth).hasContent(first);
    assertThat(accounts).hasContent(second);
  }

  @Test
  void oneAccountInTwoFilesCountsOnce() throws Exception {
    Path folder = home.resolve("oauth_creds");
    CredentialStore store = new CredentialStore(folder);
    store.save(folder.resolve("gemini_cli_oauth_1.json"), House.document("a", "r1", 60));
    store.save(folder.resolve("gemini_cli_oauth_2.json"), House.document("b", "r2", 60));

    assertThat(names(Map.of())).containsExactly("gemini_cli_oauth_1.json");
  }

  @Test
  @DisplayName("operations.md 23, 18: what is exported is the same account again")
  void whatIsExportedIsFoundAgainInAnEnvironment() {
    AccountDocument account =
        House.document("a", "r", 60).withFacts(Map.of("account_id", "acct_1", "project", "p-1"));

    Map<String, String> exported = AccountSources.exported("gemini_cli", 2, account, Clock.NOW);
    AccountSources.Found found = sources().of("gemini_cli", oauth, exported).getFirst();

    assertThat(exported).containsEntry("GEMINI_CLI_2_PROJECT_ID", "p-1");
    assertThat(found.document().identity()).isEqualTo(account.identity());
    assertThat(found.document().expiresAtMillis()).isEqualTo(account.expiresAtMillis());
    assertThat(found.document().refreshToken()).isEqualTo("r");
  }
}
