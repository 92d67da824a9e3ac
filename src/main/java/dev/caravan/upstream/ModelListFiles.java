package dev.caravan.upstream;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.provider.LocalServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last good list of each provider on disk, {@code cache/models/<provider>.json}, so that a
 * start needs no provider to know its models. It is a cache: files that cannot be read or written
 * cost nothing but a question to the provider. Thread-safe.
 */
final class ModelListFiles {
  private static final Logger LOG = LoggerFactory.getLogger(ModelListFiles.class);
  private static final long LARGEST = 16 << 20;

  private final Path folder;
  private final AtomicBoolean complained = new AtomicBoolean();

  ModelListFiles(Path folder) {
    this.folder = folder;
  }

  /** A list, when it came, in epoch milliseconds, and from which program. */
  record Kept(List<ModelList.Model> models, long atMillis, @Nullable LocalServer server) {}

  /** What was kept of a provider's list at this address; null when there is nothing to use. */
  @Nullable Kept read(String provider, String url) {
    Path file = folder.resolve(provider + ".json");
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
        return null;
      }
      byte[] bytes = Files.readAllBytes(file);
      long at = 0;
      boolean ofThisAddress = false;
      LocalServer server = null;
      try (JsonParser json = JsonBytes.parse(bytes, 0, bytes.length)) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
          return null;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String member = json.currentName();
          json.nextToken();
          switch (member) {
            case "url" -> ofThisAddress = url.equals(json.getValueAsString());
            case "server" -> server = LocalServer.titled(json.getValueAsString("")).orElse(null);
            case "fetched_at" -> at = json.getValueAsLong();
            default -> json.skipChildren();
          }
        }
      }
      return ofThisAddress && at > 0 ? new Kept(ModelList.read(bytes), at, server) : null;
    } catch (IOException e) {
      LOG.debug("{} is not used: {}", file, e.getMessage());
      return null;
    }
  }

  void write(String provider, String url, Kept kept) {
    try {
      Files.createDirectories(folder);
      ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
      try (JsonGenerator json = JsonBytes.FACTORY.createGenerator(out)) {
        json.writeStartObject();
        json.writeStringField("url", url);
        json.writeNumberField("fetched_at", kept.atMillis());
        LocalServer server = kept.server();
        if (server != null) {
          json.writeStringField("server", server.title());
        }
        json.writeArrayFieldStart("data");
        for (ModelList.Model model : kept.models()) {
          json.writeStartObject();
          json.writeStringField("id", model.id());
          json.writeNumberField("created", model.created());
          if (model.context() > 0) {
            json.writeNumberField("max_model_len", model.context());
          }
          json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      Path fresh = Files.createTempFile(folder, provider + ".", ".tmp");
      try {
        Files.write(fresh, out.toByteArray());
        Files.move(
            fresh,
            folder.resolve(provider + ".json"),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      if (complained.compareAndSet(false, true)) {
        LOG.warn(
            "model lists cannot be kept in {} ({}); a start asks for them anew",
            folder,
            e.getMessage());
      }
    }
  }
}
