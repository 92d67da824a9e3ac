package dev.caravan.provider.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.call.AccountUnusable;
import dev.caravan.provider.Catalogue;
import dev.caravan.provider.Provider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose a token is (providers.md 9.5; 16, 18). */
class CodexAccountTest {
  private static final AccountClient NOBODY =
      new AccountClient() {
        @Override
        public Answer send(Request request) {
          throw new AssertionError("nobody is asked");
        }

        @Override
        public void pause(Duration length) {}
      };

  private static final String CLAIMS =
      "{\"https://api.openai.com/auth\":{\"chatgpt_account_id\":\"acct_1\",\"chatgpt_plan_type\":\"plus\","
          + "\"chatgpt_user_id\":\"user-1\"},\"email\":\"a@b.c\"}";

  private final Provider provider =
      Catalogue.bundled().find("openai_codex").orElseThrow().provider();

  @Test
  void theIdTokenNamesTheAccountAndItsPlan() throws IOException {
    Map<String, String> facts =
        new CodexAccount()
            .complete(account("opaque", Map.of("id_token", jwt(CLAIMS)), Map.of()), NOBODY);

    assertThat(facts)
        .containsEntry("account_id", "acct_1")
        .containsEntry("plan_type", "plus")
        .containsEntry("email", "a@b.c")
        .containsEntry("user_id", "user-1");
  }

  @Test
  void theAccessTokenNamesItWhereThereIsNoOther() throws IOException {
    assertThat(new CodexAccount().complete(account(jwt(CLAIMS), Map.of(), Map.of()), NOBODY))
        .containsEntry("account_id", "acct_1");
  }

  @Test
  void aFreshIdTokenTellsOfANewPlan() throws IOException {
    String before = jwt(CLAIMS.replace("plus", "free"));

    assertThat(
            new CodexAccount()
                .complete(
                    account("opaque", Map.of("id_token", jwt(CLAIMS)), Map.of("id_token", before)),
                    NOBODY))
        .containsEntry("plan_type", "plus");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b.c", "opaque", "..", "e30.e30.e30", "a.%%%.c", "a.W10.c"})
  void anAccountThatNobodyNamesIsOfNoUse(String token) {
    assertThatThrownBy(
            () -> new CodexAccount().complete(account(token, Map.of(), Map.of()), NOBODY))
        .isInstanceOf(AccountUnusable.class)
        .hasMessageContaining("ACCOUNT_ID");
  }

  @Test
  void theEnvironmentMayNameIt() throws IOException {
    assertThat(
            new CodexAccount()
                .complete(account("opaque", Map.of(), Map.of("account_id", "acct_9")), NOBODY))
        .isEmpty();
  }

  @Test
  void callsSayWhichAccountPays() {
    OAuth oauth = provider.oauth().orElseThrow();

    assertThat(oauth.headers(Map.of("account_id", "acct_1")))
        .containsExactly(Map.entry("ChatGPT-Account-Id", "acct_1"));
    assertThat(oauth.complaints()).isEmpty();
  }

  private AccountState account(
      String token, Map<String, Object> answer, Map<String, String> facts) {
    return new AccountState(
        AccountState.Occasion.LOGIN, provider, token, answer, facts, Map.of(), null);
  }

  static String jwt(String claims) {
    return "e30."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + ".c2ln";
  }
}
