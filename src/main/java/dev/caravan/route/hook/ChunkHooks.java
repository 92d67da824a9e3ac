package dev.caravan.route.hook;

import dev.caravan.call.Call;
import dev.caravan.call.Failure;
import dev.caravan.dialect.sse.EventData;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/**
 * The {@code on-chunk} hooks for one answer. What they set as variables stays until its end, so
 * that a hook can remember what it has seen. For one thread at a time.
 */
final class ChunkHooks {
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

  private final Hook[] hooks;
  private final Exchange kept;
  private final HookTurn turn;
  private @Nullable Failure refusal;

  /**
   * @param whenStuck told, by another thread, of a hook that could not be stopped
   */
  ChunkHooks(Hook[] hooks, Exchange exchange, Call call, Consumer<Failure> whenStuck) {
    this.hooks = hooks;
    this.kept = new DefaultExchange(exchange.getContext(), exchange.getPattern());
    new HashMap<>(exchange.getVariables()).forEach(kept::setVariable);
    this.turn = HookTurn.ofChunks(kept, call, whenStuck);
  }

  /** Why the answer must not go on, null while it may. */
  @Nullable Failure refusal() {
    return refusal;
  }

  /**
   * What comes in place of data: the same array when no hook changed it, an empty one for nothing.
   */
  byte[] data(byte[] data) {
    kept.getMessage().setBody(data);
    for (Hook hook : hooks) {
      refusal = turn.run(hook, changed -> kept.getMessage().setBody(changed));
      byte[] now = kept.getMessage().getBody(byte[].class);
      if (refusal != null || now.length == 0) {
        return now;
      }
    }
    return kept.getMessage().getBody(byte[].class);
  }

  /** Writes what comes in place of one event. */
  void event(byte[] bytes, int start, int end, ByteArrayOutputStream out) {
    EventData seen = EventData.of(bytes, start, end);
    if (seen.length() == 0 || seen.startsWith(DONE)) {
      out.write(bytes, start, end - start);
      return;
    }
    byte[] data = seen.copy();
    byte[] instead = data(data);
    if (refusal != null || instead.length == 0) {
      return;
    }
    if (instead == data) {
      out.write(bytes, start, end - start);
    } else {
      write(bytes, start, end, instead, out);
    }
  }

  /** The event with other data and its other fields as they were. */
  private static void write(
      byte[] bytes, int start, int end, byte[] data, ByteArrayOutputStream out) {
    String event = new String(Arrays.copyOfRange(bytes, start, end), StandardCharsets.UTF_8);
    event
        .lines()
        .filter(line -> !line.isEmpty() && !line.startsWith("data:"))
        .forEach(line -> out.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8)));
    for (String line : new String(data, StandardCharsets.UTF_8).lines().toList()) {
      out.writeBytes(DATA);
      out.writeBytes(line.getBytes(StandardCharsets.UTF_8));
      out.write('\n');
    }
    out.write('\n');
  }
}
