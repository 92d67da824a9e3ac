package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people read of {@code caravan quota}. */
class QuotaPageTest {
  private static final String STATS =
      """
      {"providers":{
        "idle":{"provider":"idle","credential_count":1,"active_count":1,"on_cooldown_count":0,"total_requests":0,
          "tokens":{"input_cached":0,"input_uncached":0,"input_cache_pct":0.0,"output":0},"approx_cost":0.0,
          "quota_groups":{},"throttles":[],"credentials":{}},
        "groq":{"provider":"groq","credential_count":12,"active_count":11,"on_cooldown_count":1,"total_requests":1250,
          "tokens":{"input_cached":1000,"input_uncached":19000,"input_cache_pct":5.0,"output":9123},"approx_cost":0.004,
          "quota_groups":{},"throttles":[{"scope":"*","reason":"rate_limit","evidence":"429","until":1760000015.0}],
          "credentials":{"k10":{"identifier":"GROQ_API_KEY_10","fingerprint":"ab12cd34","status":"cooldown",
             "totals":{"request_count":4},"model_usage":{},"group_usage":{},
             "cooldowns":{"_global_":{"reason":"authentication","remaining_seconds":252.0,"source":"system","next_probe_at":1760000900.0,"evidence":"HTTP 401"}}}}},
        "gemini_cli":{"provider":"gemini_cli","credential_count":2,"active_count":1,"on_cooldown_count":1,"total_requests":57,
          "tokens":{"input_cached":0,"input_uncached":81234,"input_cache_pct":0.0,"output":9123},"approx_cost":0.42,
          "quota_groups":{
            "flash":{"windows":{"daily":{"total_remaining":0,"total_max":2000}},"fair_cycle_summary":{"exhausted_count":1,"total_count":2}},
            "pro":{"windows":{"daily":{"total_remaining":160,"total_max":200,"tier_availability":{"standard-tier":{"total":2,"available":1}}}}}},
          "throttles":[],
          "credentials":{
            "b":{"identifier":"gemini_cli_oauth_10.json","fingerprint":"0a0a0a0a","tier":"standard-tier","status":"active","active_requests":1,
               "totals":{"request_count":17,"failure_count":2,"last_used_at":1759999700.0},
               "group_usage":{"pro":{"windows":{"daily":{"request_count":40,"limit":100,"max_recorded_requests":80,"reset_at":1760007500.0}},
                  "custom_cap":{"limit":80,"used":40,"remaining":40}}},
               "model_usage":{},"cooldowns":{}},
            "a":{"identifier":"gemini_cli_oauth_2.json","fingerprint":"1b1b1b1b","tier":"standard-tier","status":"cooldown",
               "totals":{"request_count":40},"group_usage":{},"model_usage":{},
               "cooldowns":{"pro":{"reason":"quota_exceeded","remaining_seconds":93600.0,"source":"error","next_probe_at":1760000720.0,"evidence":"RetryInfo 26h"}}}}}},
       "summary":{"total_providers":3,"total_credentials":15,"active_credentials":13,"total_requests":1307,"approx_total_cost":0.424},
       "timestamp":1760000000.0}
      """;

  private final JsonNode stats;

  QuotaPageTest() throws Exception {
    stats = new ObjectMapper().readTree(STATS);
  }

  private QuotaPage page(boolean colours) {
    return new QuotaPage(stats, colours, ZoneOffset.UTC);
  }

  @Test
  void theSummaryShowsWhatIsLeftAndWhoRestsUntilWhenAndWhy() {
    assertThat(page(false).head("http://127.0.0.1:8000", null))
        .isEqualTo(
            "http://127.0.0.1:8000  3 providers, 15 credentials, 13 ready  1.3k requests, $0.42  08:53:20");
    assertThat(String.join("\n", page(false).summary()))
        .isEqualTo(
            """
            PROVIDER    CREDENTIALS          QUOTA LEFT                            REQUESTS                IN   OUT     COST
            gemini_cli  1 ready, 1 resting   ████████░░ 160/200  pro  1(2)s              57               81k  9.1k    $0.42
                                             ░░░░░░░░░░ 0/2k     flash  cycle 1/2
            groq        11 ready, 1 resting                                            1.3k  20k (5 % cached)  9.1k  $0.0040
            idle        1 ready                                                           0                 0     0    $0.00

            RESTING                                       FOR         BECAUSE OF      BACK                         WHY THEN
            gemini_cli  gemini_cli_oauth_2.json 1b1b1b1b  pro         quota_exceeded  in 1d 2h (Fri 10 Oct 10:53)  as the provider said; asked again in 12m: RetryInfo 26h
            groq        the provider itself               all models  rate_limit      in 15s (08:53)               429
            groq        GROQ_API_KEY_10 ab12cd34          everything  authentication  in 4m 12s (08:57)            own rule: HTTP 401""");
  }

  @Test
  void aPlanThatTellsSharesAloneShowsThem() throws Exception {
    JsonNode plan =
        new ObjectMapper()
            .readTree(
                """
                {"providers":{"openai_codex":{"provider":"openai_codex","credential_count":1,"active_count":1,"total_requests":0,
                  "tokens":{},"quota_groups":{"codex":{"windows":{"5h":{"total_used":0,"total_max":null,"remaining_pct":58.0}}}},"throttles":[],
                  "credentials":{"a":{"identifier":"openai_codex_oauth_1.json","fingerprint":"0c0c0c0c","tier":"plus","status":"active",
                    "totals":{"request_count":0},"model_usage":{},"cooldowns":{},
                    "group_usage":{"codex":{"windows":{"5h":{"request_count":0,"limit":null,"remaining_pct":58.0,"reset_at":1760003600.0},
                      "168h":{"request_count":0,"limit":null,"remaining_pct":null}}}}}}}},
                 "timestamp":1760000000.0}
                """);

    assertThat(
            String.join("\n", new QuotaPage(plan, false, ZoneOffset.UTC).provider("openai_codex")))
        .isEqualTo(
            """
            PROVIDER      CREDENTIALS  QUOTA LEFT              REQUESTS  IN  OUT   COST
            openai_codex  1 ready      █████▊░░░░ 58 %  codex         0   0    0  $0.00

            openai_codex_oauth_1.json 0c0c0c0c  active  plus  0 requests  never used
                        LEFT              USED  MOST  RESETS         CAP
              codex 5h  58 %  █████▊░░░░     0        in 1h (09:53)""");
  }

  @Test
  void aProviderShowsEachCredentialInNaturalOrder() {
    assertThat(String.join("\n", page(false).provider("gemini_cli")))
        .isEqualTo(
            """
            PROVIDER    CREDENTIALS         QUOTA LEFT                            REQUESTS   IN   OUT   COST
            gemini_cli  1 ready, 1 resting  ████████░░ 160/200  pro  1(2)s              57  81k  9.1k  $0.42
                                            ░░░░░░░░░░ 0/2k     flash  cycle 1/2

            gemini_cli_oauth_2.json 1b1b1b1b  cooldown  standard-tier  40 requests  never used
              RESTS FOR  BECAUSE OF      BACK                         WHY THEN
              pro        quota_exceeded  in 1d 2h (Fri 10 Oct 10:53)  as the provider said; asked again in 12m: RetryInfo 26h

            gemini_cli_oauth_10.json 0a0a0a0a  active  standard-tier  1 in flight  17 requests (2 failed)  last used 5m ago
                           LEFT              USED  MOST  RESETS            CAP
              pro daily  60/100  ██████░░░░    40    80  in 2h 5m (10:58)  40 left of 80""");
  }

  @Test
  void coloursSayTheSameAsTheFigures() {
    String coloured = String.join("\n", page(true).summary());

    assertThat(coloured).contains("\u001b[31m░░░░░░░░░░ 0/2k\u001b[39m");
    assertThat(coloured.replaceAll("\u001b\\[\\d+m", ""))
        .isEqualTo(String.join("\n", page(false).summary()));
  }

  @Test
  void twoComesBeforeTen() {
    assertThat(List.of("k10", "k2", "k1", "a").stream().sorted(QuotaPage::natural))
        .containsExactly("a", "k1", "k2", "k10");
  }
}
