package dev.caravan.upstream;

import dev.caravan.dialect.sse.EventData;
import dev.caravan.dialect.sse.EventScanner;
import dev.caravan.provider.transform.ChangedStream;
import dev.caravan.provider.transform.Transforms;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The events of one stream on their way through the transforms of their provider. Where there are
 * none, an event is handed on as it came.
 */
final class ChangedEvents {
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EVENT_END = {'\n', '\n'};
  private static final byte[] END_MARK = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  /** Who looks at an event, changed or not. */
  interface Next {
    void see(byte[] bytes, int start, int end, int hints);
  }

  private final @Nullable Transforms transforms;
  private final @Nullable ChangedStream stream;
  private final Next next;
  private boolean ended;

  ChangedEvents(@Nullable Transforms transforms, Next next) {
    this.transforms = transforms;
    this.stream = transforms == null ? null : transforms.ofStream();
    this.next = next;
  }

  void take(byte[] bytes, int start, int end, int hints) {
    if (transforms == null || (hints & EventScanner.DATA) == 0) {
      next.see(bytes, start, end, hints);
      return;
    }
    EventData data = EventData.of(bytes, start, end);
    byte[] changed = transforms.answer(data.bytes(), data.start(), data.end());
    if (stream == null) {
      if (changed == null) {
        next.see(bytes, start, end, hints);
      } else {
        framed(prefix(bytes, start, data), changed);
      }
      return;
    }
    if (data.startsWith(END_MARK)) {
      end();
      next.see(bytes, start, end, hints);
      return;
    }
    List<byte[]> all =
        changed == null
            ? stream.event(data.bytes(), data.start(), data.end())
            : stream.event(changed, 0, changed.length);
    if (all == null && changed == null) {
      next.see(bytes, start, end, hints);
    } else {
      byte[] prefix = prefix(bytes, start, data);
      for (byte[] json : all == null ? List.of(changed) : all) {
        framed(prefix, json);
      }
    }
  }

  /** The headers of the answer, and what its events have told instead of them so far. */
  MultiMap headers(MultiMap came) {
    Map<String, String> told = stream == null ? Map.of() : stream.headers();
    if (told.isEmpty()) {
      return came;
    }
    return MultiMap.caseInsensitiveMultiMap().addAll(came).addAll(told);
  }

  /** The stream ends, with a mark or without: what is held back is said. */
  void end() {
    if (stream != null && !ended) {
      ended = true;
      stream.end().forEach(json -> framed(DATA, json));
    }
  }

  /** What stands before the data of an event, its name among it. */
  private static byte[] prefix(byte[] bytes, int start, EventData data) {
    return data.bytes() == bytes ? Arrays.copyOfRange(bytes, start, data.start()) : DATA;
  }

  private void framed(byte[] prefix, byte[] json) {
    byte[] event = Arrays.copyOf(prefix, prefix.length + json.length + EVENT_END.length);
    System.arraycopy(json, 0, event, prefix.length, json.length);
    System.arraycopy(EVENT_END, 0, event, prefix.length + json.length, EVENT_END.length);
    new EventScanner(Integer.MAX_VALUE / 4)
        .feed(
            event,
            0,
            event.length,
            new EventScanner.Events() {
              @Override
              public void event(byte[] bytes, int from, int to, int hints) {
                next.see(bytes, from, to, hints);
              }

              @Override
              public void part(byte[] bytes, int from, int to) {}

              @Override
              public void torn(byte[] bytes, int from, int to, int hints) {}
            });
  }
}
