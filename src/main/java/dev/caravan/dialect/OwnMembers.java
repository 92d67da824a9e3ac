package dev.caravan.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Members of a chat request that are meant for a gateway and that providers refuse, and {@code
 * extra_body}, whose members belong at the top of what the provider gets (providers.md 3.1).
 */
public final class OwnMembers {
  /** How much a model shall think, in a larger measure than usual (providers.md 4.3). */
  public static final String LARGE_BUDGETS = "custom_reasoning_budget";

  public static final String EXTRA = "extra_body";

  private static final Set<String> NAMES =
      Set.of(
          LARGE_BUDGETS,
          "litellm_params",
          "transaction_context",
          "credential_identifier",
          "provider_options",
          EXTRA);

  /** What the gateway itself decides, whatever an extra body says. */
  private static final Set<String> DECIDED = Set.of("model", "stream");

  private OwnMembers() {}

  /** All of them; none reaches a provider. */
  public static Set<String> names() {
    return NAMES;
  }

  public static boolean contains(String name) {
    return NAMES.contains(name);
  }

  /**
   * A request to a provider with the members of the client's {@code extra_body} in it, which win.
   *
   * @param upstream as the provider would get it otherwise, an object
   * @param client as the client sent it
   * @return the same array when there is no extra body, or an empty one
   * @throws IOException when one of them is no JSON object
   */
  public static byte[] withExtra(byte[] upstream, byte[] client) throws IOException {
    Set<String> names = new HashSet<>();
    ByteArrayOutputStream extra = new ByteArrayOutputStream();
    try (JsonParser json = JsonBytes.parse(client, 0, client.length)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          boolean wanted = json.currentName().equals(EXTRA);
          if (json.nextToken() == JsonToken.START_OBJECT && wanted) {
            gather(json, client, names, extra);
          } else {
            json.skipChildren();
          }
        }
      }
    }
    if (names.isEmpty()) {
      return upstream;
    }
    List<Splice> gone = MemberEdits.of(upstream, names, Map.of(), Map.of());
    byte[] rest = Splice.join(Splice.apply(upstream, JsonBytes.markLength(upstream), gone));
    int end = rest.length - 1;
    while (rest[end] != '}') {
      end--;
    }
    byte[] members = extra.toByteArray();
    int from = isEmptyBefore(rest, end) ? 1 : 0;
    ByteArrayOutputStream whole = new ByteArrayOutputStream(rest.length + members.length);
    whole.write(rest, 0, end);
    whole.write(members, from, members.length - from);
    whole.write(rest, end, rest.length - end);
    return whole.toByteArray();
  }

  /** Each member with a comma before it, as its bytes stand. */
  private static void gather(
      JsonParser json, byte[] client, Set<String> names, ByteArrayOutputStream extra)
      throws IOException {
    int mark = JsonBytes.markLength(client);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      int from = (int) json.currentTokenLocation().getByteOffset() + mark;
      json.nextToken();
      json.skipChildren();
      json.finishToken();
      int to = (int) json.currentLocation().getByteOffset() + mark;
      if (!DECIDED.contains(name) && names.add(name)) {
        extra.write(',');
        extra.write(client, from, to - from);
      }
    }
  }

  private static boolean isEmptyBefore(byte[] object, int end) {
    int i = end - 1;
    while (object[i] <= ' ') {
      i--;
    }
    return object[i] == '{';
  }
}
