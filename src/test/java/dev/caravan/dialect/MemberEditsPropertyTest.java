package dev.caravan.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MemberEditsPropertyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NAMES =
      List.of("a", "b", "c", "max_tokens", "max_completion_tokens", "ä€😀", "q\"\\/", "");

  /** A member as it is written. */
  record Written(String name, String text, String value) {}

  @Property(tries = 3000)
  void onlyTheNamedMembersChange(
      @ForAll("members") List<Written> members,
      @ForAll("blanks") String blank,
      @ForAll("names") Set<String> drop,
      @ForAll("renames") Map<String, String> rename) {
    List<Written> once = once(members);
    String body = blank + "{" + blank + join(once, blank) + "}" + blank;
    Map<String, JsonNode> expected = new LinkedHashMap<>();
    for (Written member : once) {
      String other = rename.getOrDefault(member.name(), member.name());
      boolean taken =
          !other.equals(member.name()) && once.stream().anyMatch(m -> m.name().equals(other));
      if (!drop.contains(member.name()) && !taken) {
        expected.put(other, tree(member.value()));
      }
    }

    String edited = Edited.apply(body, drop, rename, Map.of());

    ObjectNode result = (ObjectNode) tree(edited);
    Map<String, JsonNode> left = new LinkedHashMap<>();
    result.properties().forEach(member -> left.put(member.getKey(), member.getValue()));
    assertThat(left).containsExactlyEntriesOf(expected);
    // what stays is there byte for byte
    for (Written member : once) {
      if (expected.containsKey(member.name()) && !rename.containsKey(member.name())) {
        assertThat(edited).contains(member.text() + blank + ":" + blank + member.value());
      }
    }
  }

  @Property(tries = 2000)
  void fillingAddsWhatIsNotThere(
      @ForAll("members") List<Written> members,
      @ForAll("names") Set<String> drop,
      @ForAll("names") Set<String> fill) {
    List<Written> once = once(members);
    Map<String, Object> options = new LinkedHashMap<>();
    fill.forEach(name -> options.put(name, 7));

    JsonNode result = tree(Edited.apply("{" + join(once, "") + "}", drop, Map.of(), options));

    for (String name : fill) {
      Written set = once.stream().filter(m -> m.name().equals(name)).findFirst().orElse(null);
      if (set == null) {
        assertThat(result.get(name).intValue()).isEqualTo(7);
      } else if (!drop.contains(name)) {
        assertThat(result.get(name)).isEqualTo(tree(set.value()));
      }
    }
  }

  private static List<Written> once(List<Written> members) {
    Map<String, Written> byName = new LinkedHashMap<>();
    members.forEach(member -> byName.putIfAbsent(member.name(), member));
    return new ArrayList<>(byName.values());
  }

  private static String join(List<Written> members, String blank) {
    List<String> texts =
        members.stream().map(m -> m.text() + blank + ":" + blank + m.value() + blank).toList();
    return String.join("," + blank, texts);
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json.getBytes(UTF_8));
    } catch (Exception e) {
      throw new AssertionError(json, e);
    }
  }

  @Provide
  Arbitrary<List<Written>> members() {
    Arbitrary<Written> one =
        Combinators.combine(Arbitraries.of(NAMES), values(), Arbitraries.of(true, false))
            .as((name, value, escaped) -> new Written(name, written(name, escaped), value));
    return one.list().ofMaxSize(8);
  }

  private static String written(String name, boolean escaped) {
    if (!escaped) {
      return new String(JsonBytes.quote(name), UTF_8);
    }
    StringBuilder text = new StringBuilder("\"");
    name.chars().forEach(c -> text.append("\\u%04x".formatted(c)));
    return text.append('"').toString();
  }

  private static Arbitrary<String> values() {
    Arbitrary<String> plain =
        Arbitraries.of(
            "1",
            "-0.5E+3",
            "12345678901234567890",
            "true",
            "false",
            "null",
            "\"\"",
            "\"x\"",
            "\"\\\"a\\\":1,\"",
            "\"\\\\\"",
            "\"ä€😀\"",
            "[]",
            "{}",
            "[ ]",
            "{ }");
    return Arbitraries.lazyOf(
        () -> plain,
        () -> plain,
        () -> values().list().ofMaxSize(3).map(all -> "[" + String.join(" ,", all) + "]"),
        () -> values().map(value -> "{ \"a\" : " + value + ",\"b\":1}"));
  }

  @Provide
  Arbitrary<Set<String>> names() {
    return Arbitraries.of(NAMES).set().ofMaxSize(4);
  }

  @Provide
  Arbitrary<Map<String, String>> renames() {
    return Arbitraries.of(
        Map.of(),
        Map.of("max_completion_tokens", "max_tokens"),
        Map.of("a", "new", "q\"\\/", "other"),
        Map.of("a", "b"));
  }

  @Provide
  Arbitrary<String> blanks() {
    return Arbitraries.of("", " ", "\n\t", "\r\n  ");
  }
}
