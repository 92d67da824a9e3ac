package dev.caravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Which test shows which case about accounts and subscriptions: each names its case itself,
 * "providers.md 16, 12: …" or "operations.md 23, 15: …". Print the whole table with {@code
 * -Daccounts.cases=print}.
 */
class SpecifiedCasesTest {
  private static final Pattern NAME =
      Pattern.compile(
          "@DisplayName\\(\\s*((?:\"[^\"]*\"[\\s+]*)+)\\).{0,9000}?\\b(?:void|class) (\\w+)",
          Pattern.DOTALL);
  private static final Pattern CASES =
      Pattern.compile("(providers\\.md 16|operations\\.md 23|; 16), (\\d+(?:(?:, | and )\\d+)*)");

  private static final List<Integer> PROVIDERS =
      IntStream.concat(IntStream.rangeClosed(1, 63), IntStream.of(77)).boxed().toList();

  /** Those about credentials and logins; the others are about the start, routes and hosts. */
  private static final List<Integer> OPERATIONS =
      List.of(9, 13, 14, 15, 16, 17, 18, 19, 24, 33, 34, 37);

  /** No account is in these; what shows them. */
  private static final Map<Integer, String> PROVIDERS_WITHOUT =
      Map.of(
          43, "the recorded shapes gemini/lite and gemini/stream",
          44, "the recorded shape gemini/plain");

  private static final Map<Integer, String> OPERATIONS_WITHOUT =
      Map.of(
          13, "no command writes API keys into .env",
          14, "no command deletes API keys from .env",
          19, "no command takes an API key that is typed");

  private final Map<Integer, Set<String>> providers = new TreeMap<>();
  private final Map<Integer, Set<String>> operations = new TreeMap<>();

  private void read() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of("src/test/java"))) {
      files = all.filter(file -> file.toString().endsWith("Test.java")).toList();
    }
    for (Path file : files) {
      Matcher test = NAME.matcher(Files.readString(file));
      String type = String.valueOf(file.getFileName()).replace(".java", "");
      while (test.find()) {
        String title = test.group(1).replaceAll("\"\\s*\\+\\s*\"", "");
        Matcher cases = CASES.matcher(title);
        while (cases.find()) {
          var table = cases.group(1).startsWith("operations") ? operations : providers;
          for (String number : cases.group(2).split("\\D+", -1)) {
            table
                .computeIfAbsent(Integer.valueOf(number), n -> new TreeSet<>())
                .add(type + "." + test.group(2));
          }
        }
      }
    }
  }

  @Test
  void everyCaseAboutAccountsHasATestThatNamesIt() throws IOException {
    read();
    if ("print".equals(System.getProperty("accounts.cases"))) {
      providers.forEach((number, tests) -> print("providers.md 16, " + number, tests));
      operations.forEach((number, tests) -> print("operations.md 23, " + number, tests));
    }

    assertThat(missing(PROVIDERS, providers.keySet()))
        .containsExactlyInAnyOrderElementsOf(PROVIDERS_WITHOUT.keySet());
    assertThat(missing(OPERATIONS, operations.keySet()))
        .containsExactlyInAnyOrderElementsOf(OPERATIONS_WITHOUT.keySet());
  }

  private static Set<Integer> missing(Collection<Integer> wanted, Collection<Integer> shown) {
    Set<Integer> left = new TreeSet<>(wanted);
    left.removeAll(shown);
    return left;
  }

  @SuppressWarnings("SystemOut") // asked for on the command line
  private static void print(String what, Set<String> tests) {
    System.out.println(what + " | " + String.join(", ", tests));
  }
}
