package dev.caravan.transcript;

import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.StreamWatch.Sight;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Manner;
import dev.caravan.dialect.hub.StreamReader;
import dev.caravan.dialect.hub.StreamWriter;
import dev.caravan.dialect.hub.Thoughts;
import dev.caravan.dialect.hub.Translation;
import dev.caravan.dialect.sse.EventScanner;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Translates without a gateway, on a clock that stands still. */
final class Interpreter {
  static final String MODEL = "model-1";
  private static final long SECONDS = 1_760_000_000;
  private static final Dialects DIALECTS = Dialects.onClassPath();

  private final Translation translation;

  private Interpreter(Translation translation) {
    this.translation = translation;
  }

  static Interpreter of(String client, String upstream, String request, String model) {
    Dialect from = DIALECTS.named(client);
    Conversation conversation = from.codec().parseRequest(request.getBytes(StandardCharsets.UTF_8));
    return new Interpreter(
        new Translation(
            from,
            DIALECTS.named(upstream),
            conversation,
            new Thoughts(),
            "tester",
            List.of(),
            model,
            true,
            false,
            Manner.DEFAULT,
            SECONDS));
  }

  String upstreamRequest() {
    return new String(translation.body(), StandardCharsets.UTF_8);
  }

  List<String> dropped() {
    return translation.losses().dropped();
  }

  String answer(String whole) throws Exception {
    return new String(
        translation.answer(whole.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }

  /**
   * The client's stream, when the provider's arrives in pieces that end at these places. A stream
   * that breaks ends with the line {@code (broken)}.
   */
  String stream(byte[] events, int... cuts) {
    Run run = new Run();
    int from = 0;
    int[] ends = Arrays.copyOf(cuts, cuts.length + 1);
    ends[cuts.length] = events.length;
    for (int end : ends) {
      byte[] piece = Arrays.copyOfRange(events, from, end);
      run.scanner.feed(piece, 0, piece.length, run);
      run.flush();
      // whoever kept a range of a piece without copying it finds this
      Arrays.fill(piece, (byte) '#');
      from = end;
    }
    return run.end();
  }

  private final class Run implements EventScanner.Events {
    final EventScanner scanner = new EventScanner();
    final JsonWriter out = new JsonWriter(256);
    final ByteArrayOutputStream client = new ByteArrayOutputStream();
    final StreamWriter writer = translation.writer();
    final StreamReader reader = translation.reader(event -> writer.write(event, out));
    boolean broken;
    boolean ended;

    @Override
    public void event(byte[] bytes, int start, int end, int hints) {
      if (!broken && !ended) {
        Sight sight = reader.look(bytes, start, end, hints);
        broken = sight == Sight.ERROR;
        ended = sight == Sight.END;
      }
    }

    @Override
    public void part(byte[] bytes, int start, int end) {
      broken = true;
    }

    @Override
    public void torn(byte[] bytes, int start, int end, int hints) {
      broken = true;
    }

    void flush() {
      client.writeBytes(out.take());
    }

    String end() {
      if (!broken && (ended || reader.isComplete())) {
        reader.finish();
        writer.end(out);
      } else {
        broken = true;
      }
      flush();
      return client.toString(StandardCharsets.UTF_8) + (broken ? "(broken)\n" : "");
    }
  }
}
