package dev.caravan.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.mock.MockLogin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credential files at rest (operations.md 17). */
class FileCipherTest {
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
  private static final String OTHER = "ab".repeat(32);

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path home;

  private CredentialStore store(String store, String key, String oldKey) {
    return new CredentialStore(home.resolve("oauth_creds"), FileCipher.of(store, key, oldKey));
  }

  @Test
  void whatIsWrittenWithAKeyShowsNothingAndIsReadAgain() throws Exception {
    CredentialStore store = store("", KEY, "");
    AccountDocument account = House.document("access-1", "refresh-1", 60);

    Path file = store.add("club", account);

    assertThat(Files.readString(file))
        .contains("\"cipher\" : \"AES-256-GCM\"")
        .doesNotContain("access-1", "refresh-1", "ann@example.org", "expiry");
    assertThat(store.read(file).isWrittenLike(account)).isTrue();
    assertThat(store.list().of("club")).hasSize(1);
    assertThat(store.add("club", account)).isEqualTo(file);
  }

  @Test
  void noTwoSavesAreAlike() {
    FileCipher cipher = FileCipher.of("encrypted-file", KEY, "");

    assertThat(cipher.seal("{}".getBytes(UTF_8))).isNotEqualTo(cipher.seal("{}".getBytes(UTF_8)));
  }

  @Test
  void filesFromBeforeStayReadableAndAreEncryptedWithTheirNextToken() throws Exception {
    try (MockLogin login = MockLogin.start(0)) {
      House house = new House(login, store("", KEY, ""));
      Path plain = store("", "", "").add("club", House.document("a", login.grant("ann"), -60));
      assertThat(Files.readString(plain)).contains("refresh_token");

      OAuthAccount account = house.account(house.store.read(plain), plain);
      String token = account.access(House.deadline()).token().reveal();

      assertThat(Files.readString(plain)).contains("AES-256-GCM").doesNotContain(token);
      assertThat(house.store.read(plain).accessToken()).isEqualTo(token);
    }
  }

  @Test
  void aWrongKeyIsSaidAndTheFileStaysAsItIs() throws Exception {
    Path file = store("", KEY, "").add("club", House.document("a", "r", 60));
    byte[] before = Files.readAllBytes(file);

    assertThat(troubles(store("", OTHER, "")))
        .singleElement()
        .asString()
        .startsWith("it is encrypted with another key than CREDENTIAL_STORE_KEY (that is key ");
    assertThat(troubles(store("", "", "")))
        .containsExactly("it is encrypted, and CREDENTIAL_STORE_KEY is not set");
    assertThat(store("", OTHER, "").add("club", House.document("b", "r2", 60)))
        .hasFileName("club_oauth_2.json");
    assertThat(file).hasBinaryContent(before);
    assertThat(store("", OTHER, KEY).list().accounts()).hasSize(2);
  }

  private static List<String> troubles(CredentialStore store) {
    return store.list().troubles().stream().map(CredentialStore.Trouble::what).toList();
  }

  @Test
  void aFileThatSomebodyHasChangedIsNotTaken() throws Exception {
    CredentialStore store = store("", KEY, "");
    Path file = store.add("club", House.document("a", "r", 60));
    String text = Files.readString(file);
    char last = text.charAt(text.lastIndexOf('"') - 5);
    String changed =
        text.substring(0, text.lastIndexOf('"') - 5)
            + (last == 'A' ? 'B' : 'A')
            + text.substring(text.lastIndexOf('"') - 4);

    for (String broken : List.of(changed, text.replace("HKDF-SHA-256", "none"))) {
      Files.writeString(file, broken);
      assertThatThrownBy(() -> store.read(file))
          .isInstanceOf(IOException.class)
          .hasMessage("it is encrypted, and was changed since: its seal does not hold");
    }
  }

  @Test
  void aSaveThatWasCutOffIsKeptUntilItsKeyIsThere() throws Exception {
    CredentialStore store = store("", KEY, "");
    Path file = store.add("club", House.document("old", "old-refresh", 60));
    Path left = file.resolveSibling(".club_oauth_1.json.new");
    Files.write(
        left, FileCipher.of("", KEY, "").seal(House.document("new", "new-refresh", 60).bytes()));

    assertThat(troubles(store("", OTHER, ""))).anyMatch(t -> t.contains("cannot be read yet"));
    assertThat(left).exists();

    assertThat(store.list().of("club").getFirst().document().refreshToken())
        .isEqualTo("new-refresh");
    assertThat(left).doesNotExist();
    assertThat(Files.readString(file)).contains("AES-256-GCM");
  }

  @Test
  void aSaveThatWasCutOffInTheMiddleIsDropped() throws Exception {
    CredentialStore store = store("", KEY, "");
    Path file = store.add("club", House.document("old", "old-refresh", 60));
    byte[] whole = Files.readAllBytes(file);
    Path left = file.resolveSibling(".club_oauth_1.json.new");

    for (int length = 0; length < whole.length; length += 7) {
      Files.write(left, java.util.Arrays.copyOf(whole, length));
      assertThat(store.list().of("club").getFirst().document().refreshToken())
          .isEqualTo("old-refresh");
      assertThat(left).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter2", "AAAA", "zz", "correct horse battery staple correct horse"})
  void aKeyThatIsNoneIsRefusedWithoutBeingRepeated(String key) {
    assertThatThrownBy(() -> FileCipher.of("", key, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CREDENTIAL_STORE_KEY has to be 32 random bytes")
        .hasMessageContaining("openssl rand -base64 32")
        .hasMessageNotContaining(key);
  }

  @Test
  void encryptionWithoutAKeyAndStoresThatAreNotThereAreRefused() {
    assertThatThrownBy(() -> FileCipher.of("encrypted-file", "", ""))
        .hasMessageContaining("CREDENTIAL_STORE_KEY is not set");
    assertThatThrownBy(() -> FileCipher.of("vault:secret/x", KEY, ""))
        .hasMessageContaining("other stores are not there");
    assertThat(FileCipher.of("file", KEY, "").encrypts()).isFalse();
    assertThat(FileCipher.of("", "", "").encrypts()).isFalse();
    assertThat(FileCipher.of(" Encrypted-File ", OTHER, "").encrypts()).isTrue();
  }
}
