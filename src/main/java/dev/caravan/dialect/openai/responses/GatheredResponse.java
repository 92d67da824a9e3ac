package dev.caravan.dialect.openai.responses;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.Gathering;
import dev.caravan.dialect.StreamWatch;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.sse.EventData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The last event of a stream of responses holds the whole response, which is all there is to it.
 */
final class GatheredResponse implements Gathering {
  private final StreamWatch watch = new ResponsesWatch();
  private byte[] response = "{}".getBytes(StandardCharsets.US_ASCII);

  @Override
  public Sight look(byte[] bytes, int start, int end, int hints) {
    Sight sight = watch.look(bytes, start, end, hints);
    if (sight != Sight.ERROR && watch.isComplete()) {
      keep(EventData.of(bytes, start, end));
      return Sight.END;
    }
    return sight;
  }

  private void keep(EventData data) {
    try (JsonReader json = new JsonReader(data.bytes(), data.start(), data.end())) {
      if (json.next() != JsonToken.START_OBJECT) {
        return;
      }
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("response") && json.isObject()) {
          Raw whole = json.raw().kept();
          response = whole.bytes();
        } else {
          json.skip();
        }
      }
    } catch (IOException e) {
      // the watch has read it before
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Usage usage() {
    return watch.usage();
  }

  @Override
  public boolean isComplete() {
    return watch.isComplete();
  }

  @Override
  public byte[] whole() {
    return response;
  }
}
