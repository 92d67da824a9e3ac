package dev.caravan.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.GatewayFixture;
import dev.caravan.mock.ReceivedRequest;
import dev.caravan.provider.Catalogue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Accounts of subscriptions in the environment, as their calls carry them (providers.md 16, 6, 18
 * and 58).
 */
class SubscriptionAccountsTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private void account(String provider, String... more) {
    String prefix = provider.toUpperCase(java.util.Locale.ROOT);
    gateway
        .with(prefix + "_1_ACCESS_TOKEN", "token-good-1")
        .with(prefix + "_1_REFRESH_TOKEN", "refresh-good-1")
        .with(prefix + "_1_EXPIRY_DATE", "4102444800000");
    for (int i = 0; i < more.length; i += 2) {
      gateway.with(prefix + "_1_" + more[i], more[i + 1]);
    }
    gateway.mock().record(true);
  }

  @Test
  @DisplayName("providers.md 16, 18: a call says which account pays")
  void aCallOfCodexSaysWhichAccountPays() {
    account("openai_codex", "ACCOUNT_ID", "acct_1");
    gateway.with("OPENAI_CODEX_API_BASE", gateway.mockAddress() + "/backend-api");

    assertThat(gateway.ask("openai_codex/mock-2x0ms").content()).isEqualTo("token 1 token 2 ");

    ReceivedRequest last = last();
    assertThat(last.header("authorization")).containsExactly("Bearer token-good-1");
    assertThat(last.header("chatgpt-account-id")).containsExactly("acct_1");
  }

  @Test
  @DisplayName("providers.md 16, 6: the token of the environment, never its name")
  void anAccountOfQwenIsServedWhereItSays() {
    account("qwen_code", "RESOURCE_URL", gateway.mockAddress() + "/v1");

    assertThat(gateway.ask("qwen_code/mock-2x0ms").content()).isEqualTo("token 1 token 2 ");

    assertThat(last().path()).isEqualTo("/v1/chat/completions");
    assertThat(last().header("authorization")).containsExactly("Bearer token-good-1");
  }

  @Test
  void aCallOfIFlowCarriesTheKeyAndIsSigned() {
    account("iflow", "API_KEY", "sk-iflow-good-1", "EXPIRY_DATE", "2099-01-01T00:00:00Z");
    gateway.with("IFLOW_API_BASE", gateway.mock().baseUrl());

    assertThat(gateway.ask("iflow/mock-2x0ms").content()).isEqualTo("token 1 token 2 ");

    ReceivedRequest last = last();
    assertThat(last.header("authorization")).containsExactly("Bearer sk-iflow-good-1");
    assertThat(last.header("user-agent")).containsExactly("iFlow-Cli");
    assertThat(last.header("x-iflow-signature")).singleElement().asString().matches("[0-9a-f]{64}");
  }

  @Test
  @DisplayName("providers.md 16, 18: the account of an id token")
  void theAccountOfAnIdTokenIsFoundInIt() {
    String claims =
        "{\"https://api.openai.com/auth\":{\"chatgpt_account_id\":\"acct_7\",\"chatgpt_plan_type\":\"plus\"}}";
    String token =
        "e30."
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
            + ".c2ln";
    account("openai_codex", "ID_TOKEN", token);
    gateway.with("OPENAI_CODEX_API_BASE", gateway.mockAddress() + "/backend-api");

    assertThat(gateway.ask("openai_codex/mock-2x0ms").status()).isEqualTo(200);

    assertThat(last().header("chatgpt-account-id")).containsExactly("acct_7");
  }

  @Test
  void theKeyOfAnAccountOfIFlowIsFetchedWithItsToken() throws IOException {
    Path file = gateway.home().resolve("oauth_creds/iflow_oauth_1.json");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "{\"access_token\":\"good-2\",\"refresh_token\":\"r\",\"expiry_date\":\"2099-01-01T00:00:00Z\"}");
    gateway
        .withRouteFile(
            "providers/iflow.yaml",
            Catalogue.bundled()
                .find("iflow")
                .orElseThrow()
                .yaml()
                .replace("https://apis.iflow.cn/v1", gateway.mock().baseUrl())
                .replace("https://iflow.cn/", gateway.mockAddress() + "/"))
        .with("ACME_API_BASE", gateway.mock().baseUrl());
    gateway.mock().record(true);

    assertThat(gateway.ask("iflow/mock-2x0ms").content()).isEqualTo("token 1 token 2 ");

    assertThat(last().header("authorization")).containsExactly("Bearer sk-iflow-good-2");
    assertThat(gateway.logged()).noneMatch(line -> line.contains("accessToken"));
  }

  @AfterEach
  void noTokenIsInTheLog() {
    assertThat(gateway.logged())
        .noneMatch(line -> line.matches(".*(token-|refresh-|iflow-)good.*"));
  }

  private ReceivedRequest last() {
    List<ReceivedRequest> posts =
        gateway.mock().requests().stream().filter(r -> r.method().equals("POST")).toList();
    return posts.getLast();
  }
}
