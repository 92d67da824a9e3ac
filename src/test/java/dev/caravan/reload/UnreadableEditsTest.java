package dev.caravan.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.caravan.GatewayFixture;
import dev.caravan.reload.Generations.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no text, or cannot be read as a whole: refused by name, and nothing changes. */
class UnreadableEditsTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  private RouteFolder routes;

  @BeforeEach
  void serve(@TempDir Path folder) throws IOException {
    routes = RouteFolder.copyOf(Path.of("routes"), folder.resolve("routes"));
    gateway.withKeys("sk-good-1").withRoutes(routes.path());
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
  }

  @AfterEach
  void itServesAsBefore() {
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
  }

  private String complaint() {
    Result result = gateway.gateway().generations().reload(false);
    assertThat(result).isInstanceOf(Result.Rejected.class);
    List<Complaint> complaints = ((Result.Rejected) result).complaints();
    assertThat(complaints).hasSize(1);
    return complaints.getFirst().toString();
  }

  @Test
  void bytesThatAreNoText() {
    byte[] bytes = new byte[4096];
    new Random(7).nextBytes(bytes);
    routes.write("own.yaml", bytes);

    assertThat(complaint()).startsWith("routes/own.yaml:1:1: ").contains("UTF-8");
  }

  @Test
  void aFileWithNothingInIt() {
    routes.write("own.yaml", new byte[0]);

    assertThat(complaint()).startsWith("routes/own.yaml:1:1: ");
  }

  @Test
  void fiveMegabytes() {
    routes.write("own.yaml", new byte[5_000_000]);

    assertThat(complaint()).startsWith("routes/own.yaml:1:1: ").contains("5000000 bytes");
  }

  @Test
  void aLinkToNothing() throws IOException {
    Files.createSymbolicLink(routes.file("own.yaml"), Path.of("nowhere.yaml"));

    assertThat(complaint()).startsWith("routes/own.yaml:1:1: it cannot be read");
  }

  @Test
  void aLinkToItself() throws IOException {
    Files.createSymbolicLink(routes.file("own.yaml"), Path.of("own.yaml"));

    assertThat(complaint()).startsWith("routes/own.yaml:1:1: it cannot be read");
  }

  @Test
  void aFileThatIsNobodysToRead() throws IOException {
    assumeFalse("root".equals(System.getProperty("user.name")), "root reads everything");
    routes.write("own.yaml", ReloadTest.answering("hello", "one"));
    Files.setPosixFilePermissions(
        routes.file("own.yaml"), PosixFilePermissions.fromString("---------"));

    assertThat(complaint()).isEqualTo("routes/own.yaml:1:1: it cannot be read: permission denied");
  }

  @Test
  void aFileThatComesAndGoesWhileItIsReadIsThereAsAWholeOrNotAtAll() throws Exception {
    String text = ReloadTest.answering("hello", "one");
    AtomicBoolean over = new AtomicBoolean();
    Thread editor =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!over.get()) {
                    routes.write("own.yaml", text);
                    routes.delete("own.yaml");
                  }
                });
    try {
      for (int i = 0; i < 200; i++) {
        RouteFile own = RouteSet.read(routes.path()).byName().get("own.yaml");
        if (own != null && own.bytes().length > 0) {
          assertThat(own.text()).hasValue(text);
        }
      }
      for (int i = 0; i < 10; i++) {
        gateway.gateway().generations().reload(false);
        assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
      }
    } finally {
      over.set(true);
      editor.join();
    }
    assertThat(gateway.gateway().generations().reload(false))
        .isNotInstanceOf(Result.Rejected.class);
  }
}
