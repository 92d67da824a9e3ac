package dev.caravan.provider.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.provider.Catalogue;
import dev.caravan.provider.Provider;
import dev.caravan.provider.account.AccountState.Occasion;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The key that an account of iFlow is given (providers.md 8). */
class IFlowAccountTest {
  private final Provider provider = Catalogue.bundled().find("iflow").orElseThrow().provider();
  private final List<AccountClient.Request> asked = new ArrayList<>();

  @Test
  void theKeyIsFetchedWithTheToken() throws IOException {
    Map<String, String> facts =
        complete(
            Occasion.LOGIN,
            Map.of(),
            200,
            "{\"success\":true,\"data\":{\"apiKey\":\"sk-1\",\"email\":\"a@b.c\",\"phone\":\"1\"}}");

    assertThat(facts).isEqualTo(Map.of("api_key", "sk-1", "email", "a@b.c"));
    assertThat(asked.getFirst().url())
        .isEqualTo("https://iflow.cn/api/oauth/getUserInfo?accessToken=to%2Fken");
    assertThat(asked.getFirst().toString()).as("as it may be logged").doesNotContain("ken");
  }

  @Test
  void aPhoneIsAnIdentityWhereThereIsNoEmail() throws IOException {
    assertThat(
            complete(
                Occasion.REFRESH,
                Map.of("api_key", "old"),
                200,
                "{\"success\":true,\"data\":{\"apiKey\":\"sk-2\",\"email\":\"\",\"phone\":\"1\"}}"))
        .isEqualTo(Map.of("api_key", "sk-2", "email", "1"));
  }

  @Test
  void aKnownKeyIsNotFetchedAgainAtAStart() throws IOException {
    assertThat(complete(Occasion.FIRST_USE, Map.of("api_key", "sk-1"), 500, "")).isEmpty();
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          500 | oops
          200 | <html>to/ken</html>
          200 | {"success":false,"message":"no"}
          200 | {"success":true,"data":{"apiKey":""}}
          200 | {"success":true}
          """)
  void withoutAKeyTheOldOneStays(int status, String body) {
    assertThatThrownBy(() -> complete(Occasion.REFRESH, Map.of("api_key", "old"), status, body))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("to/ken");
  }

  private Map<String, String> complete(
      Occasion occasion, Map<String, String> facts, int status, String body) throws IOException {
    AccountState account =
        new AccountState(occasion, provider, "to/ken", Map.of(), facts, Map.of(), null);
    return new IFlowAccount()
        .complete(
            account,
            new AccountClient() {
              @Override
              public Answer send(Request request) {
                asked.add(request);
                return new Answer(status, Map.of(), body);
              }

              @Override
              public void pause(Duration length) {}
            });
  }
}
