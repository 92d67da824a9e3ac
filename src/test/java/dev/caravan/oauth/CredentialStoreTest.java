package dev.caravan.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialStoreTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path home;

  private CredentialStore store() {
    return new CredentialStore(home.resolve("oauth_creds"));
  }

  @Test
  void aFileIsItsOwnersAlone() throws Exception {
    Path file = store().add("club", House.document("a", "r", 60));

    assertThat(file).hasFileName("club_oauth_1.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store().folder())))
        .isEqualTo("rwx------");
  }

  @Test
  void anAccountThatIsThereKeepsItsNumberAndAnotherGetsTheNext() throws Exception {
    CredentialStore store = store();
    store.add("club", House.document("a", "r1", 60));
    AccountDocument bob =
        House.document("b", "r2", 60).withFacts(Map.of("email", "bob@example.org"));

    assertThat(store.add("club", bob)).hasFileName("club_oauth_2.json");
    assertThat(store.add("club", House.document("a2", "r3", 60))).hasFileName("club_oauth_1.json");
    assertThat(store.list().of("club")).hasSize(2);
  }

  @Test
  void aSaveThatWasCutOffAnywhereLosesNothingThatCanBeKept() throws Exception {
    CredentialStore store = store();
    Path file = store.add("club", House.document("old", "old-refresh", 60));
    byte[] old = Files.readAllBytes(file);
    byte[] fresh = House.document("new", "new-refresh", 3600).bytes();
    Path left = file.resolveSibling(".club_oauth_1.json.new");

    for (int i = 0; i <= 100; i++) {
      int written = fresh.length * i / 100;
      Files.write(file, old);
      Files.write(left, java.util.Arrays.copyOf(fresh, written));

      List<CredentialStore.Stored> found = new CredentialStore(store.folder()).list().of("club");

      assertThat(found).hasSize(1);
      assertThat(found.getFirst().document().refreshToken())
          .as("cut after %d of %d bytes", written, fresh.length)
          .isEqualTo(written == fresh.length ? "new-refresh" : "old-refresh");
      assertThat(left).doesNotExist();
    }
  }

  @Test
  void aWholeSaveThatCannotBeFinishedNowIsKeptForTheNextLook() throws Exception {
    CredentialStore store = store();
    Path file = store.add("club", House.document("old", "old-refresh", 60));
    Path left = file.resolveSibling(".club_oauth_1.json.new");
    Files.write(left, House.document("new", "new-refresh", 3600).bytes());
    Files.delete(file);
    Path inTheWay = Files.createDirectories(file.resolve("something"));

    assertThat(store.list().troubles().toString()).contains("cannot be finished yet");
    assertThat(left).exists();

    Files.delete(inTheWay);
    Files.delete(file);
    assertThat(store.list().of("club"))
        .singleElement()
        .satisfies(stored -> assertThat(stored.document().refreshToken()).isEqualTo("new-refresh"));
  }

  @Test
  void whatIsNoCredentialFileIsToldAndLeftAsItIs() throws Exception {
    Path folder = store().folder();
    store().add("club", House.document("a", "r", 60));
    Files.writeString(folder.resolve("club_oauth_2.json"), "");
    Files.writeString(folder.resolve("club_oauth_3.json"), "{\"access_token\":\"half");
    Files.writeString(folder.resolve("club_oauth_4.json"), "[1]");
    Files.writeString(folder.resolve("club_oauth_5.json"), "{\"access_token\":\"a\"}");
    Files.writeString(folder.resolve("notes.txt"), "mine");

    CredentialStore.Listing listing = store().list();

    assertThat(listing.accounts()).hasSize(1);
    assertThat(listing.troubles())
        .extracting(t -> t.file().getFileName() + ": " + t.what())
        .containsExactly(
            "club_oauth_2.json: it is empty",
            "club_oauth_3.json: it is not whole JSON (line 1)",
            "club_oauth_4.json: it is not a JSON object",
            "club_oauth_5.json: it has no refresh_token, so it cannot be kept alive");
    assertThat(folder.resolve("club_oauth_3.json")).hasContent("{\"access_token\":\"half");
  }

  @Test
  void aFileThatOthersCanReadIsToldOf() throws Exception {
    Path file = store().add("club", House.document("a", "r", 60));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(store().list().troubles())
        .extracting(CredentialStore.Trouble::what)
        .containsExactly("others can read it; chmod 600 keeps it to its owner");
  }

  @Test
  void theFormsOfOtherProgramsAreRead() throws Exception {
    AccountDocument nested =
        AccountDocument.read(
            """
            {"credential":{"access_token":"a","refresh_token":"r",
             "token_expiry":"2026-01-01T00:00:00Z"},"_proxy_metadata":{"project_id":"p-1"}}"""
                .getBytes(UTF_8));
    AccountDocument seconds =
        AccountDocument.read(
            "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"expiry_date\":1767225600}"
                .getBytes(UTF_8));

    assertThat(nested.expiresAtMillis()).isEqualTo(Clock.NOW);
    assertThat(nested.fact("project")).isEqualTo("p-1");
    assertThat(seconds.expiresAtMillis()).isEqualTo(Clock.NOW);
  }
}
