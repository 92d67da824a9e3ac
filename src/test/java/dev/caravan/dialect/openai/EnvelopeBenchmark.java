package dev.caravan.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caravan.dialect.Envelope;
import dev.caravan.dialect.Span;
import dev.caravan.dialect.Splice;
import dev.caravan.dialect.Splice.Slice;
import java.util.List;
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

/** What it costs to learn what a request wants, and to put the provider's model name into it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class EnvelopeBenchmark {

  /** Characters of the prompt: a body of about 300 bytes, and one of 100 KB. */
  @Param({"160", "100000"})
  public int prompt;

  private final OpenAiChat dialect = new OpenAiChat();
  private byte[] body = new byte[0];
  private Envelope envelope = new Envelope("", false, false, new Span(0, 0), null);
  private List<Splice> splices = List.of();

  @Setup
  public void prepare() {
    body = body(prompt);
    envelope = dialect.readRequest(body);
    splices = dialect.forUpstream(envelope, "large-1", true);
  }

  // a line end and a quote each 90 characters, as in code
  private static byte[] body(int prompt) {
    String line =
        "The answer is \\\"forty-two\\\", and the question is what nobody has ever written down.\\n";
    String text =
        line.repeat(prompt / line.length() + 1)
            .substring(0, prompt / line.length() * line.length());
    return """
        {"model":"acme/large-1","messages":[{"role":"system","content":"You are a helpful assistant."},\
        {"role":"user","content":"%s"}],"temperature":0.7,"max_tokens":128,"stream":true}"""
        .formatted(text)
        .getBytes(UTF_8);
  }

  @Benchmark
  public Envelope read() {
    return dialect.readRequest(body);
  }

  @Benchmark
  public List<Slice> splice() {
    return Splice.apply(body, 0, dialect.forUpstream(envelope, "large-1", true));
  }

  /** What a body that is sent in one piece costs on top. */
  @Benchmark
  public byte[] spliceAndJoin() {
    return Splice.join(Splice.apply(body, 0, splices));
  }
}
