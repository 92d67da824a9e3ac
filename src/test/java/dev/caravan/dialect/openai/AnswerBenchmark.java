package dev.caravan.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caravan.dialect.AnswerFacts;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to find usage and model in a whole answer. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class AnswerBenchmark {

  /** Characters of the text. */
  @Param({"300", "20000"})
  public int text;

  private final OpenAiChat dialect = new OpenAiChat();
  private byte[] body = new byte[0];

  @Setup
  public void prepare() {
    body =
        """
        {"id":"chatcmpl-1","object":"chat.completion","created":1764000000,"model":"large-1","choices":[{"index":0,\
        "message":{"role":"assistant","content":"%s","refusal":null},"logprobs":null,"finish_reason":"stop"}],\
        "usage":{"prompt_tokens":20,"completion_tokens":75,"total_tokens":95,"prompt_tokens_details":{"cached_tokens":8},\
        "completion_tokens_details":{"reasoning_tokens":0}}}"""
            .formatted("The quick brown fox jumps. ".repeat(text / 27 + 1).substring(0, text))
            .getBytes(UTF_8);
  }

  @Benchmark
  public AnswerFacts read() {
    return dialect.readAnswer(body);
  }
}
