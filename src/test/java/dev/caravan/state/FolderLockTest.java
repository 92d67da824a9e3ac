package dev.caravan.state;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways never count the same credentials apart. */
class FolderLockTest {

  @Test
  void aSecondGatewayIsKeptOffUntilTheFirstHasEnded(@TempDir Path home) throws Exception {
    FileStore first = FileStore.locked(home);

    assertThatThrownBy(() -> FileStore.locked(home))
        .isInstanceOf(StateInUse.class)
        .hasMessageContaining("process " + ProcessHandle.current().pid())
        .hasMessageContaining("--home");

    first.close();
    FileStore.locked(home).close();
  }

  @Test
  void whereNothingCanBeLockedItWorksWithoutALock(@TempDir Path home)
      throws StateInUse, IOException {
    Path folder = home.resolve("state");
    Files.writeString(folder, "in the way");
    FileStore store = FileStore.locked(folder);
    Files.delete(folder);
    store.load();
    store.write(Map.of("a", new byte[] {'1'}));
    store.close();
  }
}
