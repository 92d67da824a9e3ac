package dev.caravan.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Which test shows which case of rotation.md 9, and which weakness of 10 is cured by which: each
 * test names them itself, "rotation.md case 49, W10: …". So do the scenarios of what users complain
 * about most. Print the whole table with {@code -Drotation.cases=print}.
 */
class SpecificationTest {
  private static final Path TESTS = Path.of("src/test/java");
  private static final Pattern NAME =
      Pattern.compile(
          "@(?:DisplayName|Label)\\(\\s*((?:\"[^\"]*\"[\\s+]*)+)\\).{0,1500}?\\bvoid (\\w+)\\(",
          Pattern.DOTALL);
  private static final Pattern CASES = Pattern.compile("\\bcases? ((?:\\d+(?:, | and )?)+)");
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern COMPLAINT = Pattern.compile("^complaint (\\d+): ");
  private static final Pattern WEAKNESS = Pattern.compile("\\bW(\\d+)\\b");

  private final Map<Integer, Set<String>> cases = new TreeMap<>();
  private final Map<Integer, Set<String>> weaknesses = new TreeMap<>();
  private final Map<Integer, Set<String>> complaints = new TreeMap<>();

  private void read() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(TESTS)) {
      files = all.filter(file -> file.toString().endsWith("Test.java")).toList();
    }
    for (Path file : files) {
      Matcher test = NAME.matcher(Files.readString(file));
      String type = file.getFileName().toString().replace(".java", "");
      while (test.find()) {
        String title = test.group(1).replaceAll("\"\\s*\\+\\s*\"", "").replace("\"", "").strip();
        String name = type + "." + test.group(2);
        COMPLAINT.matcher(title).results().forEach(c -> of(complaints, c.group(1)).add(name));
        if (title.contains("rotation.md")) {
          note(title, name);
        }
      }
    }
  }

  private void note(String title, String test) {
    CASES
        .matcher(title)
        .results()
        .flatMap(list -> NUMBER.matcher(list.group(1)).results())
        .map(MatchResult::group)
        .forEach(number -> of(cases, number).add(test));
    WEAKNESS.matcher(title).results().forEach(found -> of(weaknesses, found.group(1)).add(test));
  }

  private static Set<String> of(Map<Integer, Set<String>> table, String number) {
    return table.computeIfAbsent(Integer.valueOf(number), n -> new TreeSet<>());
  }

  @Test
  void everyCaseAndEveryWeaknessHasATestThatNamesIt() throws IOException {
    read();
    if ("print".equals(System.getProperty("rotation.cases"))) {
      cases.forEach((number, tests) -> print(String.valueOf(number), tests));
      weaknesses.forEach((number, tests) -> print("W" + number, tests));
      complaints.forEach((number, tests) -> print("complaint " + number, tests));
    }

    assertThat(cases.keySet()).containsExactlyElementsOf(numbers(90));
    assertThat(weaknesses.keySet()).containsExactlyElementsOf(numbers(32));
    assertThat(complaints.keySet()).containsExactlyElementsOf(numbers(7));
  }

  private static List<Integer> numbers(int last) {
    return IntStream.rangeClosed(1, last).boxed().toList();
  }

  @SuppressWarnings("SystemOut") // asked for on the command line
  private static void print(String what, Set<String> tests) {
    System.out.println(what + " | " + String.join(", ", tests));
  }
}
