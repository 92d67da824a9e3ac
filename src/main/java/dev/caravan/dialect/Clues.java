package dev.caravan.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.base.ParserBase;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request tells of the conversation that it belongs to, beside what its dialect names: the
 * value of a member that an operator trusts, and a number for each beginning of its turns
 * (rotation.md 7.1). Gathered by the reader of the envelope in its one pass.
 *
 * <p>Two requests have the number of their first n turns in common when these say the same. Of each
 * text the head counts alone, so that a turn costs the same however long it is; what clients change
 * from request to request, such as cache marks, does not count. No text is kept. For one request;
 * not thread-safe.
 */
public final class Clues {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long QUOTES = 0x2222222222222222L;
  private static final long BACKSLASHES = 0x5C5C5C5C5C5C5C5CL;
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  /** Bytes of a text that count. */
  private static final int HEAD = 192;

  /** A first turn that says less, under no system text, may be anybody's (rotation.md 7.1). */
  private static final int SHORTEST_FIRST = 64;

  private static final int MOST_TURNS = 4096;

  private final Set<String> trusted;
  private @Nullable String named;
  private long[] chain = new long[8];
  private int turns;
  private long last;
  private long system;
  private boolean hasSystem;
  private int firstLength;

  /**
   * For the next request.
   *
   * @param trusted names of members whose value is the session; a dot leads into an object
   */
  public Clues(Set<String> trusted) {
    this.trusted = trusted;
  }

  /** What a trusted member names, null when there is none. */
  public @Nullable String named() {
    return named;
  }

  /** How many turns there are. */
  public int turns() {
    return turns;
  }

  /**
   * A number for each beginning: the first turn, the first two, and so on to all of them. It is 0
   * where the beginning is too short to be told from that of others.
   *
   * @param seed gives other numbers for another client
   */
  public long[] beginnings(long seed) {
    long[] numbers = Arrays.copyOf(chain, turns);
    long head = hasSystem ? mixed(seed, system) : seed;
    for (int i = 0; i < turns; i++) {
      long number = spread(mixed(head, numbers[i]));
      numbers[i] = number == 0 ? 1 : number;
    }
    if (turns > 0 && !hasSystem && firstLength < SHORTEST_FIRST) {
      numbers[0] = 0;
    }
    return numbers;
  }

  /** Looks at a member of the request; the parser stays on its value. */
  public void look(String name, JsonParser json) throws IOException {
    if (!trusted.isEmpty() && trusted.contains(name)) {
      take(json);
    }
  }

  private void take(JsonParser json) throws IOException {
    JsonToken token = json.currentToken();
    if (named == null && token != null && token.isScalarValue() && token != JsonToken.VALUE_NULL) {
      String text = json.getText();
      named = text.isBlank() ? null : text;
    }
  }

  /** Passes a member over that the dialect does not need, and looks into it on the way. */
  public void pass(String name, JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT || !leadsInto(name)) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String inner = name + "." + json.currentName();
      json.nextToken();
      look(inner, json);
      pass(inner, json);
    }
  }

  private boolean leadsInto(String name) {
    for (String path : trusted) {
      if (path.length() > name.length()
          && path.charAt(name.length()) == '.'
          && path.startsWith(name)) {
        return true;
      }
    }
    return false;
  }

  /** Takes in what stands above the turns; the parser ends on the last token of the value. */
  public void system(JsonParser json, byte[] body) throws IOException {
    JsonToken token = json.currentToken();
    if (token == null || token == JsonToken.VALUE_NULL) {
      return;
    }
    hasSystem = true;
    system = mixed(system, turn(json, body, JsonBytes.markLength(body)));
  }

  /**
   * Takes in the turns; the parser stands on the start of their array, and ends on its end.
   *
   * @return whether there are any
   */
  public boolean turns(JsonParser json, byte[] body) throws IOException {
    int base = JsonBytes.markLength(body);
    for (JsonToken token = next(json); token != JsonToken.END_ARRAY; token = next(json)) {
      long turn = turn(json, body, base);
      if (turns < MOST_TURNS) {
        add(turn);
      }
    }
    return turns > 0;
  }

  private void add(long turn) {
    if (turns == chain.length) {
      chain = Arrays.copyOf(chain, turns * 2);
    }
    last = mixed(last, turn);
    chain[turns++] = last;
  }

  private static JsonToken next(JsonParser json) throws IOException {
    JsonToken token = json.nextToken();
    if (token == null) {
      throw BadRequest.notJson(json.currentLocation());
    }
    return token;
  }

  /** The number of one value; the parser ends on its last token. */
  private long turn(JsonParser json, byte[] body, int base) throws IOException {
    long hash = FACTOR;
    int depth = 0;
    JsonToken token = json.currentToken();
    while (true) {
      switch (token) {
        case VALUE_STRING -> hash = text(body, base + start(json), hash, json.currentName());
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        case FIELD_NAME -> {
          if (isFleeting(json.currentName())) {
            next(json);
            json.skipChildren();
          }
        }
        case null, default -> {}
      }
      if (depth == 0) {
        return hash;
      }
      token = next(json);
    }
  }

  /** What the same turn may have or lack when it is sent again. */
  private static boolean isFleeting(String name) {
    return switch (name) {
      case "cache_control",
          "thinking",
          "signature",
          "thoughtSignature",
          "thought_signature",
          "reasoning",
          "reasoning_content",
          "reasoning_details",
          "encrypted_content",
          "status" ->
          true;
      default -> false;
    };
  }

  private static int start(JsonParser json) {
    return (int)
        (json instanceof ParserBase parser
            ? parser.getTokenCharacterOffset() - 1 // as in its own currentTokenLocation()
            : json.currentTokenLocation().getByteOffset());
  }

  // The parser has not looked at the string yet: what is wrong in it is said when it moves on.
  private long text(byte[] body, int open, long before, @Nullable String name) {
    long hash = before;
    int at = open + 1;
    int end = Math.min(body.length, at + HEAD);
    while (at < end) {
      if (at + Long.BYTES <= end) {
        long word = (long) WORDS.get(body, at);
        if (!hasByte(word, QUOTES) && !hasByte(word, BACKSLASHES)) {
          hash = mixed(hash, word);
          at += Long.BYTES;
          continue;
        }
      }
      int stop = Math.min(end, at + Long.BYTES);
      while (at < stop) {
        byte b = body[at];
        if (b == '"') {
          noteFirst(body, open, at, name);
          return mixed(hash, at - open);
        }
        hash = mixed(hash, b);
        if (b == '\\' && at + 1 < body.length) {
          at++;
          hash = mixed(hash, body[at]);
        }
        at++;
      }
    }
    noteFirst(body, open, at, name);
    return hash;
  }

  private void noteFirst(byte[] body, int open, int close, @Nullable String name) {
    if (turns > 0) {
      return;
    }
    if ("role".equals(name)) {
      hasSystem |= is(body, open + 1, close, "system") || is(body, open + 1, close, "developer");
    } else if (name == null || name.equals("content") || name.equals("text")) {
      firstLength += close - open - 1;
    }
  }

  private static boolean is(byte[] body, int from, int to, String word) {
    if (to - from != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (body[from + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasByte(long word, long wanted) {
    long zeros = word ^ wanted;
    return ((zeros - ONES) & ~zeros & HIGHS) != 0;
  }

  private static long mixed(long hash, long word) {
    return Long.rotateLeft((hash ^ word) * FACTOR, 29);
  }

  private static long spread(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
