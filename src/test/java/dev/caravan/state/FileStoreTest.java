package dev.caravan.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.state.StateStore.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is there again, whatever has happened to the files. */
class FileStoreTest {
  private final Path home;

  FileStoreTest(@TempDir Path home) {
    this.home = home;
  }

  private Path folder() {
    return home.resolve("state");
  }

  private FileStore store() {
    return new FileStore(folder());
  }

  private static Map<String, byte @Nullable []> values(@Nullable String... namesAndValues) {
    Map<String, byte @Nullable []> values = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      String value = namesAndValues[i + 1];
      values.put(String.valueOf(namesAndValues[i]), value == null ? null : value.getBytes(UTF_8));
    }
    return values;
  }

  private static void write(FileStore store, @Nullable String... namesAndValues)
      throws IOException {
    store.write(values(namesAndValues));
  }

  private Loaded load() {
    return store().load();
  }

  private static Map<String, String> texts(Loaded loaded) {
    Map<String, String> texts = new TreeMap<>();
    loaded.values().forEach((name, value) -> texts.put(name, new String(value, UTF_8)));
    return texts;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.sorted(Comparator.comparing(Path::toString)).toList();
    }
  }

  private Path file(String name) {
    return folder().resolve(name);
  }

  @Test
  void aNewFolderIsEmptyAndMadeByTheFirstWriteAlone() throws IOException {
    FileStore store = store();

    assertThat(store.load()).isEqualTo(new Loaded(Map.of(), List.of()));
    assertThat(folder()).doesNotExist();

    write(store, "a", "{}");
    assertThat(folder()).isDirectory();
  }

  @Test
  void theLastValueOfANameCounts() throws IOException {
    FileStore store = store();
    write(store, "a", "1", "b", "1");
    write(store, "a", "2");
    write(store, "b", null, "c", "3");

    assertThat(texts(load())).isEqualTo(Map.of("a", "2", "c", "3"));
    assertThat(load().findings()).isEmpty();
  }

  @Test
  void onlyTheOwnerMayReadTheFiles() throws IOException {
    write(store(), "a", "1");

    assertThat(files())
        .allSatisfy(
            file ->
                assertThat(Files.getPosixFilePermissions(file))
                    .extracting(Enum::name)
                    .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE"));
  }

  @Test
  void aWriteThatWasCutByAKillLosesItselfAndNothingElse() throws IOException {
    FileStore store = store();
    write(store, "a", "1");
    write(store, "b", "{\"long\":\"value\"}");
    write(store, "c", "3");
    byte[] whole = Files.readAllBytes(file("pools-1.journal"));

    for (int cut = 0; cut <= whole.length; cut++) {
      Files.write(file("pools-1.journal"), java.util.Arrays.copyOf(whole, cut));
      Loaded loaded = load();
      assertThat(loaded.findings()).as("cut after %d bytes", cut).isEmpty();
      int wholeLines =
          (int) new String(whole, 0, cut, UTF_8).chars().filter(c -> c == '\n').count();
      assertThat(texts(loaded)).hasSize(Math.max(1, wholeLines - 1));
    }
  }

  @Test
  @DisplayName("rotation.md W21: a damaged line is lost alone")
  void aDamagedLineIsLostAloneAndTheFileIsKeptAsideAndToldOf() throws IOException {
    FileStore store = store();
    write(store, "a", "1");
    write(store, "b", "2");
    write(store, "c", "3");
    write(store, "d", "4");
    String text = Files.readString(file("pools-1.journal"));
    Files.writeString(file("pools-1.journal"), text.replace(" c 3", " c 9"));

    Loaded loaded = load();

    assertThat(texts(loaded)).isEqualTo(Map.of("a", "1", "b", "2", "d", "4"));
    assertThat(loaded.findings())
        .singleElement()
        .asString()
        .contains("1 lines are lost, 3 are good");
    assertThat(files()).anyMatch(f -> f.toString().contains("pools-1.journal.corrupt-"));
    assertThat(file("pools-1.journal")).doesNotExist();
  }

  @Test
  void everyByteOfEveryFileMayFlipAndNoOtherValueIsLostOrChanged() throws IOException {
    FileStore store = new FileStore(folder(), size -> 30);
    write(store, "a", "\"first\"");
    write(store, "b", "\"second\"");
    write(store, "c", "\"third\"");
    write(store, "d", "\"fourth\"");
    store.close();
    Map<String, String> good = texts(store().load());
    Map<Path, byte[]> originals = new HashMap<>();
    for (Path file : files()) {
      originals.put(file, Files.readAllBytes(file));
    }
    assertThat(originals).hasSize(4);

    for (var original : originals.entrySet()) {
      for (int at = 0; at < original.getValue().length; at++) {
        byte[] flipped = original.getValue().clone();
        flipped[at] ^= 0x15;
        Files.write(original.getKey(), flipped);

        Map<String, String> found = texts(store().load());
        assertThat(good).as("byte %d of %s", at, original.getKey()).containsAllEntriesOf(found);
        assertThat(found.size()).isGreaterThanOrEqualTo(good.size() - 2);

        for (Path left : files()) {
          Files.delete(left);
        }
        for (var copy : originals.entrySet()) {
          Files.write(copy.getKey(), copy.getValue());
        }
      }
    }
  }

  @Test
  @DisplayName(
      "rotation.md case 81, W21: a damaged file gives way to the one before it, is kept and told of")
  void aSnapshotThatIsNoSnapshotGivesWayToTheOneBeforeIt() throws IOException {
    FileStore store = new FileStore(folder(), size -> 0);
    write(store, "a", "1");
    write(store, "b", "2");
    write(store, "c", "3");
    Files.writeString(file("pools-2.snapshot"), "<html>not found</html>\n");

    Loaded loaded = load();

    assertThat(texts(loaded)).isEqualTo(Map.of("a", "1", "b", "2", "c", "3"));
    assertThat(loaded.findings()).singleElement().asString().contains("is not a state file");
  }

  @Test
  void filesOfALaterVersionAreKeptAsideUnchanged() throws IOException {
    FileStore store = store();
    write(store, "a", "1");
    write(store, "b", "2");
    String future =
        Files.readString(file("pools-1.journal")).replace("caravan-state 1", "caravan-state 2");
    Files.writeString(file("pools-1.journal"), future);

    Loaded loaded = load();

    assertThat(texts(loaded)).isEqualTo(Map.of("a", "1"));
    assertThat(loaded.findings()).singleElement().asString().contains("later version");
    Path aside =
        files().stream().filter(f -> f.toString().contains(".future-")).findFirst().orElseThrow();
    assertThat(aside).hasContent(future);
  }

  @Test
  void aStrangersFilesAreLeftAlone() throws IOException {
    Files.createDirectories(folder());
    Files.writeString(file("notes.txt"), "mine");
    FileStore store = new FileStore(folder(), size -> 0);
    for (int i = 0; i < 5; i++) {
      write(store, "a", "" + i);
    }

    assertThat(file("notes.txt")).hasContent("mine");
    assertThat(texts(load())).isEqualTo(Map.of("a", "4"));
  }

  @Test
  void theJournalIsReplacedBeforeItOutgrowsTheSnapshotAndOldPairsGo() throws IOException {
    FileStore store = new FileStore(folder(), size -> 1000);
    for (int i = 0; i < 2000; i++) {
      write(store, "name" + i % 10, "{\"value\":" + i + "}");
    }

    assertThat(files()).hasSize(4);
    assertThat(files().stream().mapToLong(f -> f.toFile().length()).sum()).isLessThan(8000);
    assertThat(texts(load())).hasSize(10).containsEntry("name9", "{\"value\":1999}");
  }

  @Test
  void eachStepOfReplacingTheJournalMayBeTheLastOne() throws IOException {
    FileStore store = new FileStore(folder(), size -> 0);
    write(store, "a", "1");
    write(store, "a", "2");
    // the new snapshot has no name yet
    Files.move(file("pools-2.snapshot"), file("pools.snapshot.tmp"));
    Files.delete(file("pools-2.journal"));
    assertThat(texts(load())).as("the journal before it has it").isEqualTo(Map.of("a", "2"));

    // it has a name, and its journal is missing or has no header yet
    Files.move(file("pools.snapshot.tmp"), file("pools-2.snapshot"));
    assertThat(texts(load())).isEqualTo(Map.of("a", "2"));
    Files.write(file("pools-2.journal"), new byte[0]);
    assertThat(load()).satisfies(l -> assertThat(l.findings()).isEmpty());
    Files.writeString(file("pools-2.journal"), "caravan-st");
    assertThat(load()).satisfies(l -> assertThat(l.findings()).isEmpty());
    assertThat(texts(load())).isEqualTo(Map.of("a", "2"));
  }

  @Test
  void aFolderThatCannotBeWrittenFailsTheWriteAndTakesAllOfItLater() throws IOException {
    Files.writeString(folder(), "a file where the folder should be");
    FileStore store = store();
    assertThat(store.load().values()).isEmpty();

    assertThatThrownBy(() -> write(store, "a", "1")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> write(store, "b", "2")).isInstanceOf(IOException.class);
    Files.delete(folder());
    write(store, "c", "3");

    assertThat(texts(load())).isEqualTo(Map.of("a", "1", "b", "2", "c", "3"));
  }

  @Test
  void aFolderThatSomebodyEmptiesIsFilledAgain() throws IOException {
    FileStore store = store();
    write(store, "a", "1");
    for (Path file : files()) {
      Files.delete(file);
    }
    Files.delete(folder());

    write(store, "b", "2");

    assertThat(texts(load())).isEqualTo(Map.of("a", "1", "b", "2"));
  }

  @Test
  void afterATornJournalTheNextStartGoesOnInFilesOfItsOwn() throws IOException {
    write(store(), "a", "1");
    Files.writeString(file("pools-1.journal"), "1234", StandardOpenOption.APPEND);

    FileStore second = store();
    second.load();
    write(second, "b", "2");

    assertThat(texts(load())).isEqualTo(Map.of("a", "1", "b", "2"));
    assertThat(load().findings()).isEmpty();
  }
}
