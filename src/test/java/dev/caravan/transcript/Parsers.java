package dev.caravan.transcript;

import dev.caravan.call.CallFailed;
import dev.caravan.dialect.AnswerFacts;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.Errand;
import dev.caravan.dialect.MemberEdits;
import dev.caravan.dialect.StreamWatch;
import dev.caravan.dialect.StreamWatch.Sight;
import dev.caravan.dialect.gemini.Gemini;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Manner;
import dev.caravan.dialect.hub.StreamReader;
import dev.caravan.dialect.hub.StreamWriter;
import dev.caravan.dialect.hub.Thoughts;
import dev.caravan.dialect.hub.TokenEstimate;
import dev.caravan.dialect.hub.Translation;
import dev.caravan.dialect.sse.EventScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that one dialect reads, and what is made of it in the others. It may refuse what it gets in
 * the ways that it says it does; any other exception, and any output out of proportion, is a fault.
 */
record Parsers(Dialect dialect) {
  private static final Dialects DIALECTS = Dialects.onClassPath();

  /** More than any escape, repetition or default makes of a byte. */
  private static final int MOST_PER_BYTE = 200;

  private static final int MOST_BESIDES = 64 * 1024;

  static final List<Parsers> ALL =
      DIALECTS.names().stream().map(DIALECTS::named).map(Parsers::new).toList();

  void request(byte[] body) {
    byte[] whole = body;
    try {
      if (dialect.name().equals(Gemini.NAME)) {
        whole = Gemini.request(body, "acme/model-1", false, null).body();
        Gemini.requestToCount(body, "acme/model-1");
        dev.caravan.dialect.gemini.TokenEstimate.answer(body);
      }
      dialect.readRequest(whole);
      dialect.readRequest(Errand.COUNT, whole);
      MemberEdits.of(whole, Set.of("user"), Map.of("max_tokens", "most"), Map.of("seed", 1));
    } catch (CallFailed | IOException refused) {
      return;
    }
    try {
      Conversation conversation = dialect.codec().parseRequest(whole);
      TokenEstimate.of(conversation);
      for (Parsers other : ALL) {
        bounded(whole, translation(other.dialect, conversation).body().length);
      }
    } catch (CallFailed refused) {
      // said what is wrong
    }
  }

  void answer(byte[] body) {
    AnswerFacts facts = dialect.readAnswer(body);
    if (facts.shape() != AnswerFacts.Shape.ANSWER) {
      return;
    }
    for (Parsers client : ALL) {
      try {
        bounded(body, client.asked(false).to(dialect).answer(body).length);
        bounded(body, client.asked(true).to(dialect).answer(body).length);
      } catch (IOException refused) {
        // not of this dialect after all
      }
    }
  }

  /** In one piece and byte by byte, watched and translated. */
  void stream(byte[] events) {
    watched(dialect.watch(), events, events.length);
    watched(dialect.watch(), events, 1);
    for (Parsers client : ALL) {
      Translation translation = client.asked(true).to(dialect);
      JsonWriter out = new JsonWriter(256);
      StreamWriter writer = translation.writer();
      StreamReader reader = translation.reader(event -> writer.write(event, out));
      watched(reader, events, 7);
      reader.finish();
      writer.end(out);
      bounded(events, out.length());
    }
  }

  private static void watched(StreamWatch watch, byte[] events, int step) {
    EventScanner scanner = new EventScanner();
    EventScanner.Events seen =
        new EventScanner.Events() {
          private boolean over;

          @Override
          public void event(byte[] bytes, int start, int end, int hints) {
            if (!over) {
              Sight sight = watch.look(bytes, start, end, hints);
              over = sight == Sight.END || sight == Sight.ERROR;
            }
          }

          @Override
          public void part(byte[] bytes, int start, int end) {}

          @Override
          public void torn(byte[] bytes, int start, int end, int hints) {}
        };
    for (int from = 0; from < events.length; from += step) {
      scanner.feed(events, from, Math.min(events.length, from + step), seen);
    }
    scanner.flush(seen);
    watch.usage();
    watch.isComplete();
  }

  private static void bounded(byte[] in, int out) {
    if (out > MOST_BESIDES + (long) MOST_PER_BYTE * in.length) {
      throw new IllegalStateException("%d bytes became %d".formatted(in.length, out));
    }
  }

  /** What a client of this dialect asked. */
  private record Question(Dialect client, Conversation conversation) {
    Translation to(Dialect upstream) {
      return new Translation(
          client,
          upstream,
          conversation,
          new Thoughts(),
          "tester",
          List.of(),
          "model-1",
          true,
          false,
          Manner.DEFAULT,
          1);
    }
  }

  private Question asked(boolean stream) {
    String contents =
        switch (dialect.name()) {
          case "gemini" -> "\"contents\":[{\"parts\":[{\"text\":\"x\"}]}]";
          case "openai-responses" -> "\"input\":\"x\"";
          default -> "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";
        };
    String body = "{\"model\":\"acme/model-1\",\"stream\":%s,%s}".formatted(stream, contents);
    return new Question(
        dialect, dialect.codec().parseRequest(body.getBytes(StandardCharsets.UTF_8)));
  }

  private Translation translation(Dialect upstream, Conversation conversation) {
    return new Question(dialect, conversation).to(upstream);
  }
}
