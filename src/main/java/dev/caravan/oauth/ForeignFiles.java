package dev.caravan.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what other programs keep of accounts (providers.md 9.5): one account, a list of them, or an
 * object with {@code accounts}, a list or a map. Reads only.
 */
final class ForeignFiles {
  private ForeignFiles() {}

  /**
   * The accounts of a file.
   *
   * @param text that it holds
   * @param told gets a sentence for each that cannot be used
   * @throws IOException if the file holds none; its message is the end of a sentence
   */
  static List<AccountDocument> read(Path file, byte[] text, List<String> told) throws IOException {
    JsonNode root;
    try {
      root = AccountDocument.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IOException("it is not whole JSON", e);
    }
    List<JsonNode> entries = new ArrayList<>();
    JsonNode many = root.isArray() ? root : root.path("accounts");
    if (many.isArray() || many.isObject()) {
      many.forEach(entries::add);
    } else {
      entries.add(root);
    }
    if (root.path("OPENAI_API_KEY").isTextual()) {
      told.add("%s holds an API key too; set OPENAI_API_KEY if it is to be used".formatted(file));
    }
    List<AccountDocument> accounts = new ArrayList<>();
    for (JsonNode entry : entries) {
      try {
        accounts.add(of(entry));
      } catch (IOException e) {
        if (entries.size() == 1) {
          throw e;
        }
        told.add("an account of %s is passed over: %s".formatted(file, e.getMessage()));
      }
    }
    return accounts;
  }

  private static AccountDocument of(JsonNode entry) throws IOException {
    if (entry instanceof ObjectNode object) {
      // keys of other kinds are not for a file of this account
      ObjectNode clean = object.deepCopy();
      clean.remove(List.of("OPENAI_API_KEY", "last_refresh", "type"));
      AccountDocument document = AccountDocument.of(clean);
      JsonNode email = AccountDocument.claim(document.text("id_token"), "email");
      return email != null && document.fact("email").isEmpty()
          ? document.withFacts(java.util.Map.of("email", email.asText()))
          : document;
    }
    return AccountDocument.of(entry);
  }
}
