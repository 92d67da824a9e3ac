package dev.caravan.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.GatewayFixture;
import dev.caravan.mock.ReceivedRequest;
import java.util.List;
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
  void aCallOfCodexSaysWhichAccountPays() {
    account("openai_codex", "ACCOUNT_ID", "acct_1");
    gateway.with("OPENAI_CODEX_API_BASE", gateway.mockAddress() + "/backend-api");

    assertThat(gateway.ask("openai_codex/mock-2x0ms").content()).isEqualTo("token 1 token 2 ");

    ReceivedRequest last = last();
    assertThat(last.header("authorization")).containsExactly("Bearer token-good-1");
    assertThat(last.header("chatgpt-account-id")).containsExactly("acct_1");
  }

  @Test
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

  private ReceivedRequest last() {
    List<ReceivedRequest> posts =
        gateway.mock().requests().stream().filter(r -> r.method().equals("POST")).toList();
    return posts.getLast();
  }
}
