package dev.caravan.dialect.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caravan.dialect.StreamWatch;
import dev.caravan.dialect.openai.OpenAiChat;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one chunk of a stream costs between the two sockets: its end is found and it is looked at.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ChunkBenchmark implements EventScanner.Events {
  private static final int TOGETHER = 10;
  private static final byte[] CHUNK =
      """
      data: {"id":"chatcmpl-9f3b","object":"chat.completion.chunk","created":1764000000,"model":"large-1",\
      "choices":[{"index":0,"delta":{"content":" words of it"},"logprobs":null,"finish_reason":null}]}

      """
          .getBytes(UTF_8);
  private static final byte[] LAST =
      """
      data: {"id":"chatcmpl-9f3b","object":"chat.completion.chunk","created":1764000000,"model":"large-1",\
      "choices":[],"usage":{"prompt_tokens":20,"completion_tokens":50,"total_tokens":70}}

      """
          .getBytes(UTF_8);

  private final EventScanner scanner = new EventScanner();
  private final StreamWatch watch = new OpenAiChat().watch();
  private final byte[] head = Arrays.copyOf(CHUNK, CHUNK.length / 2);
  private final byte[] tail = Arrays.copyOfRange(CHUNK, CHUNK.length / 2, CHUNK.length);
  private final byte[] several = repeated();
  private int sights;

  private static byte[] repeated() {
    byte[] all = new byte[TOGETHER * CHUNK.length];
    for (int i = 0; i < TOGETHER; i++) {
      System.arraycopy(CHUNK, 0, all, i * CHUNK.length, CHUNK.length);
    }
    return all;
  }

  @Override
  public void event(byte[] bytes, int start, int end, int hints) {
    sights += watch.look(bytes, start, end, hints) == StreamWatch.Sight.CONTENT ? 1 : 2;
  }

  @Override
  public void part(byte[] bytes, int start, int end) {
    throw new IllegalStateException("no chunk here is longer than an event may be");
  }

  @Override
  public void torn(byte[] bytes, int start, int end, int hints) {
    throw new IllegalStateException("every chunk here comes to its end");
  }

  @Benchmark
  public int whole() {
    scanner.feed(CHUNK, 0, CHUNK.length, this);
    return sights;
  }

  /** Ten of them in one read, as they come from a provider that does not pause. */
  @Benchmark
  @OperationsPerInvocation(TOGETHER)
  public int together() {
    scanner.feed(several, 0, several.length, this);
    return sights;
  }

  @Benchmark
  public int tornInTwo() {
    scanner.feed(head, 0, head.length, this);
    scanner.feed(tail, 0, tail.length, this);
    return sights;
  }

  /** The one chunk that is parsed, at the end. */
  @Benchmark
  public int usage() {
    scanner.feed(LAST, 0, LAST.length, this);
    return sights;
  }
}
