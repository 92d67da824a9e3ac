package dev.caravan.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Drops and renames top-level members of a JSON object, for providers that refuse some of them.
 * Costs a pass over the body, so it is only asked for where a provider needs it.
 */
public final class MemberEdits {

  /** Where a member stands: its name, and the end of its value. */
  private record Member(String name, int nameStart, int nameEnd, int valueEnd) {}

  private static final String OVERRIDING = "reasoning_effort";
  private static final byte[] NOTHING = new byte[0];

  private final byte[] body;
  private final Set<String> drop;
  private final Map<String, String> rename;
  private final Map<String, Object> fill;
  private final List<Member> members;
  private final Set<String> there;
  private final List<Splice> splices = new ArrayList<>();

  private MemberEdits(
      byte[] body, Set<String> drop, Map<String, String> rename, Map<String, Object> fill)
      throws IOException {
    this.body = body;
    this.drop = drop;
    this.rename = rename;
    this.fill = fill;
    this.members = membersOf(body);
    this.there = members.stream().map(Member::name).collect(Collectors.toSet());
  }

  /**
   * The changes that drop, rename and add.
   *
   * @param rename old name to new one; a member whose new name is there already is dropped
   * @param fill members that are added where the client has not set them; {@code reasoning_effort}
   *     replaces what it has set (providers.md 3.4)
   * @throws IOException when the body is no JSON object
   */
  public static List<Splice> of(
      byte[] body, Set<String> drop, Map<String, String> rename, Map<String, Object> fill)
      throws IOException {
    return new MemberEdits(body, drop, rename, fill).splices();
  }

  private List<Splice> splices() {
    int lastKept = members.size() - 1;
    while (lastKept >= 0 && goes(members.get(lastKept))) {
      lastKept--;
    }
    add(lastKept < 0);
    for (int i = 0; i <= lastKept; i++) {
      Member member = members.get(i);
      if (goes(member)) {
        cut(member.nameStart(), members.get(i + 1).nameStart());
      } else if (rename.containsKey(member.name())) {
        byte[] name = JsonBytes.quote(rename.getOrDefault(member.name(), ""));
        splices.add(new Splice(member.nameStart(), member.nameEnd(), name));
      }
    }
    // the last ones take the comma before them along, all others the one behind them
    if (lastKept < members.size() - 1) {
      int from = lastKept < 0 ? members.getFirst().nameStart() : members.get(lastKept).valueEnd();
      cut(from, members.getLast().valueEnd());
    }
    return splices;
  }

  private void add(boolean nothingFollows) {
    int head = head(body);
    fill.forEach(
        (name, value) -> {
          if (!there.contains(name) || name.equals(OVERRIDING)) {
            splices.add(new Splice(head, head, JsonBytes.member(name, value)));
          }
        });
    if (nothingFollows && !splices.isEmpty()) {
      byte[] last = splices.removeLast().with();
      splices.add(new Splice(head, head, Arrays.copyOf(last, last.length - 1)));
    }
  }

  private void cut(int from, int to) {
    splices.add(new Splice(from, to, NOTHING));
  }

  private boolean goes(Member member) {
    String name = member.name();
    String other = rename.getOrDefault(name, name);
    return drop.contains(name)
        || (!other.equals(name) && there.contains(other))
        || (name.equals(OVERRIDING) && fill.containsKey(OVERRIDING));
  }

  /** Where a first member may be written. */
  private static int head(byte[] body) {
    int i = JsonBytes.markLength(body);
    while (body[i] != '{') {
      i++;
    }
    return i + 1;
  }

  private static List<Member> membersOf(byte[] body) throws IOException {
    int mark = JsonBytes.markLength(body);
    List<Member> members = new ArrayList<>();
    try (JsonParser json = JsonBytes.parse(body, 0, body.length)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("not a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        int nameStart = (int) json.currentTokenLocation().getByteOffset() + mark;
        int nameEnd = nameEnd(body, nameStart);
        json.nextToken();
        json.skipChildren();
        json.finishToken();
        members.add(
            new Member(
                name, nameStart, nameEnd, (int) json.currentLocation().getByteOffset() + mark));
      }
    }
    return members;
  }

  private static int nameEnd(byte[] body, int nameStart) {
    int i = nameStart + 1;
    while (body[i] != '"') {
      i += body[i] == '\\' ? 2 : 1;
    }
    return i + 1;
  }
}
