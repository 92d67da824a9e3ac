package dev.caravan.dialect.gemini;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.Clues;
import dev.caravan.dialect.Envelope;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.dialect.Span;
import dev.caravan.dialect.Splice;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the envelope of a request in one pass (http-api.md 1.4, 9). The members {@code model} and
 * {@code stream} stand in for the path; their place is kept with the comma beside it, so that they
 * can be cut out.
 */
final class EnvelopeReader {
  private static final byte[] NOTHING = new byte[0];

  /** A top-level member that is not the provider's business. */
  private record Ours(String name, int start, int end) {}

  private final JsonReader json;
  private final @Nullable Clues clues;
  private final byte[] body;
  private final int mark;
  private final List<Ours> ours = new ArrayList<>(2);
  private @Nullable String model;
  private boolean stream;
  private final boolean counts;
  private boolean asks;
  private int members;

  private EnvelopeReader(JsonReader json, byte[] body, boolean counts, @Nullable Clues clues) {
    this.json = json;
    this.clues = clues;
    this.counts = counts;
    this.body = body;
    this.mark = JsonBytes.markLength(body);
  }

  /** A body from the wire: what the path says becomes its head, and wins over what it says. */
  static ReadRequest fromWire(byte[] body, String model, boolean stream, @Nullable Clues clues) {
    return fromWire(scanned(body, false, clues), body, model, stream);
  }

  /** The same for a request whose tokens are to be counted. */
  static ReadRequest fromWireToCount(byte[] body, String model) {
    return fromWire(scanned(body, true, null), body, model, false);
  }

  private static ReadRequest fromWire(
      EnvelopeReader read, byte[] body, String model, boolean stream) {
    byte[] rest = body;
    int from = JsonBytes.markLength(body);
    if (!read.ours.isEmpty()) {
      List<Splice> cuts = new ArrayList<>();
      read.ours.forEach(member -> cuts.add(new Splice(member.start(), member.end(), NOTHING)));
      rest = Splice.join(Splice.apply(body, from, cuts));
      from = 0;
    }
    int open = from;
    while (rest[open] != '{') {
      open++;
    }
    JsonWriter head = new JsonWriter(rest.length + model.length() + 64);
    head.beginObject().member("model", model).member("stream", stream).glue(",");
    int headLength = head.length();
    byte[] behind = Arrays.copyOfRange(rest, open + 1, rest.length);
    head.glue(behind);
    Envelope envelope = new Envelope(model, stream, true, new Span(1, headLength), null);
    return new ReadRequest(head.toBytes(), envelope);
  }

  static Envelope read(byte[] body) {
    return read(body, null);
  }

  static Envelope read(byte[] body, @Nullable Clues clues) {
    return read(scanned(body, false, clues));
  }

  static Envelope readToCount(byte[] body) {
    return read(scanned(body, true, null));
  }

  private static Envelope read(EnvelopeReader read) {
    Ours named = read.find("model");
    if (read.model == null || named == null) {
      throw BadRequest.missing("model", "name one as provider/model");
    }
    Ours streams = read.find("stream");
    return new Envelope(
        read.model,
        read.stream,
        true,
        new Span(named.start(), named.end()),
        streams == null ? null : new Splice(streams.start(), streams.end(), NOTHING));
  }

  private @Nullable Ours find(String name) {
    return ours.stream().filter(member -> member.name().equals(name)).findFirst().orElse(null);
  }

  private static EnvelopeReader scanned(byte[] body, boolean counts, @Nullable Clues clues) {
    try (JsonReader json = new JsonReader(body)) {
      EnvelopeReader reader = new EnvelopeReader(json, body, counts, clues);
      reader.object();
      return reader;
    } catch (IOException e) {
      throw BadRequest.notJson(e);
    }
  }

  private void object() throws IOException {
    JsonToken first = json.next();
    if (first == null) {
      throw BadRequest.of(Kind.INVALID_JSON, "the body is empty; send a JSON object", null);
    }
    if (first != JsonToken.START_OBJECT) {
      throw BadRequest.of(Kind.INVALID_TYPE, "the body must be a JSON object", null);
    }
    while (json.next() == JsonToken.FIELD_NAME) {
      int nameStart = mark + (int) json.parser().currentTokenLocation().getByteOffset();
      String name = json.parser().currentName();
      json.next();
      member(name, nameStart);
      members++;
    }
    if (json.token() != JsonToken.END_OBJECT || json.next() != null) {
      throw BadRequest.notJson(json.parser().currentLocation());
    }
    if (!asks) {
      throw BadRequest.missing("contents", "it must be an array with at least one content");
    }
  }

  private void member(String name, int nameStart) throws IOException {
    if (clues != null) {
      clues.look(name, json.parser());
    }
    switch (name) {
      case "model" -> {
        String said = json.string();
        model = said == null || said.isBlank() ? model : said;
        cutLater(name, nameStart);
      }
      case "stream" -> {
        stream = json.isTrue();
        json.skip();
        cutLater(name, nameStart);
      }
      case "contents" -> {
        // a lone content and a lone text are taken by Google's own servers too
        asks = json.isObject() || json.isString();
        if (clues != null && json.isArray()) {
          asks = clues.turns(json.parser(), body);
        } else if (json.isArray()) {
          asks = json.nextElement();
          while (json.token() != JsonToken.END_ARRAY) {
            json.skip();
            json.nextElement();
          }
        } else {
          json.skip();
        }
      }
      // a whole request may stand for its contents where it is only counted
      case "generateContentRequest" -> {
        asks |= counts && json.isObject();
        json.skip();
      }
      case "systemInstruction", "system_instruction" -> {
        if (clues == null) {
          json.skip();
        } else {
          clues.system(json.parser(), body);
        }
      }
      default -> {
        if (clues == null) {
          json.skip();
        } else {
          clues.pass(name, json.parser());
        }
      }
    }
  }

  /** With the comma before it, or the one behind it when it is the first. */
  private void cutLater(String name, int nameStart) throws IOException {
    int start = nameStart;
    int end = json.tokenEnd();
    if (members == ours.size()) {
      int i = end;
      while (i < body.length && body[i] != ',' && body[i] != '}') {
        i++;
      }
      end = i < body.length && body[i] == ',' ? i + 1 : end;
    } else {
      while (body[start] != ',') {
        start--;
      }
    }
    ours.add(new Ours(name, start, end));
  }
}
