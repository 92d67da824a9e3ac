package dev.caravan.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.GatewayFixture;
import dev.caravan.reload.Generations.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Edits that must not become live, each a file of {@code broken-edits}: its first line says where
 * the complaint has to point and what it has to say, and {@code # as:} where in the folder it is
 * put.
 */
class BrokenEditsTest {
  private static final Path EDITS = Path.of("src/test/resources/broken-edits");
  private static final Pattern COMPLAINT = Pattern.compile("# complaint: (\\d+):(\\d+) ?(.*)");
  private static final Pattern AS = Pattern.compile("# as: (.*)");

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  private RouteFolder routes;

  @BeforeEach
  void copyRoutes(@TempDir Path folder) throws IOException {
    routes = RouteFolder.copyOf(Path.of("routes"), folder.resolve("routes"));
    gateway.withKeys("sk-good-1").withRoutes(routes.path());
  }

  private record Edit(
      String name, String target, int line, int column, String words, byte[] bytes) {
    static Edit read(Path file) {
      try {
        byte[] bytes = Files.readAllBytes(file);
        List<String> lines =
            new String(bytes, java.nio.charset.StandardCharsets.UTF_8).lines().toList();
        Matcher complaint = COMPLAINT.matcher(lines.getFirst());
        assertThat(complaint.matches()).as("first line of %s", file).isTrue();
        Matcher as = AS.matcher(lines.size() > 1 ? lines.get(1) : "");
        return new Edit(
            file.getFileName().toString(),
            as.matches() ? as.group(1) : "own.yaml",
            Integer.parseInt(complaint.group(1)),
            Integer.parseInt(complaint.group(2)),
            complaint.group(3),
            bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static List<Edit> edits() throws IOException {
    try (Stream<Path> files = Files.list(EDITS)) {
      return files.sorted(Comparator.comparing(Path::toString)).map(Edit::read).toList();
    }
  }

  @Test
  void eachIsRefusedWithFileAndLineAndTheGatewayServesAsBefore() throws IOException {
    gateway.expectErrors(); // Camel logs what it throws
    CamelContext live = gateway.gateway().context();
    List<String> surprises = new java.util.ArrayList<>();
    for (Edit edit : edits()) {
      Files.createDirectories(routes.file(edit.target()).getParent());
      Files.write(routes.file(edit.target()), edit.bytes());
      Result result = gateway.gateway().generations().reload(false);
      Files.delete(routes.file(edit.target()));
      String surprise = surprise(edit, result);
      if (!surprise.isEmpty()) {
        surprises.add(edit.name() + ": " + surprise);
      }
      if (gateway.gateway().context() != live) {
        surprises.add(edit.name() + " became live");
        live = gateway.gateway().context();
      }
      if (gateway.ask("acme/mock-1").status() != 200) {
        surprises.add(edit.name() + ": a call failed after it");
      }
    }

    assertThat(surprises).isEmpty();
    assertThat(edits()).hasSizeGreaterThanOrEqualTo(60);
  }

  private static String surprise(Edit edit, Result result) {
    if (!(result instanceof Result.Rejected(var complaints))) {
      return "not refused, but " + result;
    }
    boolean there =
        complaints.stream()
            .anyMatch(
                c ->
                    c.file().equals("routes/" + edit.target())
                        && c.line() == edit.line()
                        && c.column() == edit.column()
                        && c.what().contains(edit.words()));
    return there && complaints.size() <= 2
        ? ""
        : "expected %d:%d %s, but was %s"
            .formatted(edit.line(), edit.column(), edit.words(), complaints);
  }
}
