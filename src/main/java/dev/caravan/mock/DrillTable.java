package dev.caravan.mock;

import dev.caravan.mock.Answer.UsagePlace;
import java.util.List;

/** Every drill once: how it is written, what it means to people, what it does. */
final class DrillTable {

  static final List<Drill> ROWS =
      List.of(
          // pace and size
          Drill.of(
              "NxMms",
              "stream of N chunks, M ms apart",
              "mock-50x20ms",
              "N x N ms",
              (d, n) -> {
                d.chunks = n.first();
                d.gapMillis = n.second();
              }),
          Drill.of(
              "ttftN",
              "nothing, not even the status, for N ms",
              "mock-ttft200",
              "ttft N",
              (d, n) -> d.waitMillis = n.first()),
          Drill.of(
              "slow, slowN",
              "the same for 5 s, or N s",
              "mock-slow2",
              "slow N?",
              (d, n) -> d.waitMillis = 1000 * n.first(5)),
          Drill.of(
              "pauseN",
              "status and role chunk at once, the rest of a stream N ms later",
              "mock-pause500",
              "pause N",
              (d, n) -> d.pauseMillis = n.first()),
          Drill.of(
              "lenN",
              "plain answer of N characters",
              "mock-len4000",
              "len N",
              (d, n) -> d.length = n.first()),

          // what is said
          Drill.of(
              "echo",
              "says what the last user message says",
              "mock-echo",
              "echo",
              (d, n) -> d.echo = true),
          Drill.of(
              "think, thinkN",
              "3 or N chunks of reasoning_content first",
              "mock-think",
              "think N?",
              (d, n) -> d.reasoning = n.first(3)),
          Drill.of(
              "tool, toolN",
              "1 or N parallel calls of the offered tool; text once its result is there",
              "mock-tool2",
              "tool N?",
              (d, n) -> d.toolCalls = n.first(1)),
          Drill.of(
              "act",
              "calls what a line `call NAME {JSON}` of the last user message says; text once its result is there; in Gemini's dialect `miscall NAME {…}` is a call that is no JSON",
              "mock-act",
              "act",
              (d, n) -> d.act = true),
          Drill.of(
              "length",
              "finish_reason length",
              "mock-length",
              "length",
              (d, n) -> d.finish = "length"),
          Drill.of(
              "filter",
              "finish_reason content_filter",
              "mock-filter",
              "filter",
              (d, n) -> d.finish = "content_filter"),
          Drill.of(
              "stops",
              "finish_reason on every chunk of a stream",
              "mock-stops",
              "stops",
              (d, n) -> d.finishRepeated = true),
          Drill.of(
              "nodone",
              "a stream ends without [DONE]",
              "mock-nodone",
              "nodone",
              (d, n) -> d.done = false),
          Drill.of(
              "nousage",
              "no token counts, asked for or not",
              "mock-nousage",
              "nousage",
              (d, n) -> d.usage = UsagePlace.NOWHERE),
          Drill.of(
              "lastusage",
              "token counts in the finishing chunk, asked for or not",
              "mock-lastusage",
              "lastusage",
              (d, n) -> d.usage = UsagePlace.LAST_CHUNK),
          Drill.of(
              "cached, cachedN",
              "8 or N of the 20 prompt tokens count as cached",
              "mock-cached",
              "cached N?",
              (d, n) -> d.cached = Math.min(n.first(8), TokenCounts.PROMPT)),
          Drill.of(
              "usedN",
              "N % of a ChatGPT plan are used, as /backend-api tells it",
              "sk-used100-1",
              "used N",
              (d, n) -> d.used = n.first()),
          Drill.of(
              "limits",
              "/backend-api tells what is used of a plan by an event of its stream alone, and a 503 in it is an overload",
              "sk-limits-used100-1",
              "limits",
              (d, n) -> d.toldInStream = true),
          Drill.of(
              "bare",
              "the last event of a stream of responses lacks the output before it",
              "mock-bare",
              "bare",
              (d, n) -> d.bare = true),
          Drill.of(
              "tags",
              "thoughts between <think> tags inside the text, torn over the chunks",
              "mock-tags",
              "tags",
              (d, n) -> d.tags = true),

          // refusals
          Drill.of(
              "rl, rlN",
              "429 rate limit, Retry-After 30 or N s; rl0 without a hint",
              "sk-rl7-1",
              "rl N?",
              (d, n) -> d.refuse(Refusal.rateLimited(n.first(30)))),
          Drill.of(
              "quota, quotaN",
              "429 RESOURCE_EXHAUSTED as Google sends it, RetryInfo 30 or N s, no header",
              "sk-quota-1",
              "quota N?",
              (d, n) -> d.refuse(Refusal.quota(n.first(30)))),
          Drill.of(
              "plan, planN",
              "429 usage_limit_reached of a ChatGPT plan, over in 5 h or N s",
              "sk-plan60-1",
              "plan N?",
              (d, n) -> d.refuse(Refusal.planIsSpent(n.first(18_000)))),
          Drill.of(
              "broke",
              "429 insufficient_quota: no money left",
              "sk-broke-1",
              "broke",
              (d, n) -> d.refuse(Refusal.noMoney())),
          Drill.of(
              "bad",
              "401 invalid_api_key",
              "sk-bad-1",
              "bad",
              (d, n) -> d.refuse(Refusal.wrongKey(d.key))),
          Drill.of(
              "leak",
              "401 with the whole key in its text",
              "sk-leak-1",
              "leak",
              (d, n) -> d.refuse(Refusal.wrongKeyInFull(d.key))),
          Drill.of(
              "ctx",
              "400 context_length_exceeded",
              "mock-ctx",
              "ctx",
              (d, n) -> d.refuse(Refusal.contextTooLong())),
          Drill.of(
              "html",
              "502 with a page of HTML",
              "mock-html",
              "html",
              (d, n) -> d.refuse(Refusal.htmlPage())),
          Drill.ofStatus(
              "400 .. 599",
              "that status, with a fitting error body",
              "sk-503-1",
              (d, n) -> d.refuse(Refusal.withStatus(n.first()))),

          // breakages
          Drill.of(
              "hang",
              "accepts the request and never answers",
              "mock-hang",
              "hang",
              (d, n) -> d.meet(new Mishap.Hangs())),
          Drill.of(
              "gone",
              "closes the connection without a byte",
              "mock-gone",
              "gone",
              (d, n) -> d.meet(new Mishap.Vanishes())),
          Drill.of(
              "drop, dropN",
              "200, then the connection is cut after 3 or N chunks",
              "mock-drop5",
              "drop N?",
              (d, n) -> d.meet(new Mishap.Cut(n.first(3)))),
          Drill.of(
              "stall, stallN",
              "200, then silence after 3 or N chunks",
              "mock-stall3",
              "stall N?",
              (d, n) -> d.meet(new Mishap.Stalls(n.first(3)))),
          Drill.of(
              "err, errN",
              "200, then an error event after 0 or N chunks; a refusal beside it is its text",
              "sk-err0-1",
              "err N?",
              (d, n) -> d.errorEvent(n.first(0))),
          Drill.of(
              "role",
              "with drop0, stall0, err0: the role chunk still comes first",
              "mock-role-err0",
              "role",
              (d, n) -> d.role = true),
          Drill.of(
              "garbage",
              "200, and JSON that stops in the middle",
              "mock-garbage",
              "garbage",
              (d, n) -> d.meet(new Mishap.Garbled())),
          Drill.of(
              "empty",
              "200, role chunk and [DONE], no content",
              "mock-empty",
              "empty",
              (d, n) -> d.meet(new Mishap.Empty())),

          // occasions
          Drill.of(
              "flakyN",
              "the mishap meets N % of the requests; 503 when no other is named",
              "mock-flaky30",
              "flaky N",
              (d, n) -> d.on(new Occasion.Share(n.first()), Refusal.withStatus(503))),
          Drill.of(
              "firstN",
              "only the first N requests of this key (or model) meet it; else 503",
              "sk-500-first2",
              "first N",
              (d, n) -> d.on(new Occasion.First(n.first()), Refusal.withStatus(503))),
          Drill.of(
              "afterN",
              "all but the first N requests meet it; else 429",
              "sk-after5-1",
              "after N",
              (d, n) -> d.on(new Occasion.After(n.first()), Refusal.rateLimited(30))),
          Drill.of(
              "busyN",
              "requests beyond N at a time meet it; else 429, 1 s",
              "sk-busy2-1",
              "busy N",
              (d, n) -> d.on(new Occasion.Beyond(n.first()), Refusal.rateLimited(1))));

  private DrillTable() {}
}
