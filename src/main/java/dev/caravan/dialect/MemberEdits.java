package dev.caravan.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
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

  private MemberEdits() {}

  /**
   * The changes that drop, rename and add.
   *
   * @param fill members that are added where the client has not set them; {@code reasoning_effort}
   *     replaces what it has set (providers.md 3.4)
   * @throws IOException when the body is no JSON object
   */
  public static List<Splice> of(
      byte[] body, Set<String> drop, Map<String, String> rename, Map<String, Object> fill)
      throws IOException {
    List<Member> members = membersOf(body);
    List<Splice> splices = new ArrayList<>();
    boolean keptOne = false;
    Set<String> there = members.stream().map(Member::name).collect(Collectors.toSet());
    for (Map.Entry<String, Object> option : fill.entrySet()) {
      if (!there.contains(option.getKey()) || option.getKey().equals(OVERRIDING)) {
        splices.add(
            new Splice(
                head(body), head(body), JsonBytes.member(option.getKey(), option.getValue())));
      }
    }
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      if (drop.contains(member.name())
          || (member.name().equals(OVERRIDING) && fill.containsKey(OVERRIDING))) {
        splices.add(removal(members, i, keptOne));
      } else {
        keptOne = true;
        String other = rename.get(member.name());
        if (other != null && !there.contains(other)) {
          splices.add(new Splice(member.nameStart(), member.nameEnd(), JsonBytes.quote(other)));
        }
      }
    }
    return splices;
  }

  /** Takes the comma after the member with it, or the one before it when it is the last. */
  private static Splice removal(List<Member> members, int i, boolean keptOne) {
    Member member = members.get(i);
    boolean last = i == members.size() - 1;
    if (!last) {
      return new Splice(member.nameStart(), members.get(i + 1).nameStart(), new byte[0]);
    }
    int from = keptOne && i > 0 ? members.get(i - 1).valueEnd() : member.nameStart();
    return new Splice(from, member.valueEnd(), new byte[0]);
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
