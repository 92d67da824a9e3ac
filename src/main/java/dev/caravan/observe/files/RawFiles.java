package dev.caravan.observe.files;

import dev.caravan.call.Call;
import dev.caravan.observe.LogFolder;
import dev.caravan.observe.Redaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Writes what crossed the client's border, on any path, below {@code logs/raw_io} (operations.md
 * 13.3).
 */
final class RawFiles {
  private final Path folder;
  private final Redaction redaction;
  private final FolderNames names;

  RawFiles(Path folder, Redaction redaction, FolderNames names) {
    this.folder = folder;
    this.redaction = redaction;
    this.names = names;
  }

  void write(TakenCall taken) throws IOException {
    Path to = LogFolder.fresh(folder.resolve(names.day(taken.startedMillis)), names.raw(taken));
    RequestFacts request = taken.request;
    file(
        to.resolve("request.json"),
        json ->
            json.text("request_id", request.id())
                .value("timestamp_utc", Instant.ofEpochMilli(taken.startedMillis))
                .text("method", request.method())
                .text("path", request.target())
                .text("client", request.remote())
                .headers("headers", request.headers())
                .body("body", taken.body));
    boolean stream = taken.isStream();
    if (stream) {
      byte[] lines = new StreamEvents(taken, redaction, true).lines();
      LogFolder.write(to.resolve("streaming_chunks.jsonl"), lines, lines.length);
    }
    file(
        to.resolve("final_response.json"),
        json -> {
          json.text("request_id", request.id())
              .value("timestamp_utc", Instant.ofEpochMilli(taken.epochMillis(taken.overNanos)))
              .number("status_code", taken.status)
              .number("duration_ms", taken.durationMillis())
              .headers("headers", Objects.requireNonNullElse(taken.answerHeaders, List.of()));
          if (stream) {
            json.text("body", null);
          } else {
            json.body("body", taken.answer.bytes(), 0, taken.answer.length());
          }
        });
    metadata(to, taken, stream);
  }

  private void metadata(Path to, TakenCall taken, boolean stream) throws IOException {
    file(
        to.resolve("metadata.json"),
        json -> {
          json.text("request_id", taken.request.id())
              .value("timestamp_utc", Instant.ofEpochMilli(taken.startedMillis))
              .number("duration_ms", taken.durationMillis())
              .number("status_code", taken.status)
              .value("streaming", stream)
              .number("response_bytes", taken.answerLength)
              .text("surface", taken.surface);
          Call call = taken.call;
          if (call != null) {
            json.text("provider", call.model() == null ? null : call.model().provider())
                .text("model", call.requestedModel())
                .text("client_key", call.client());
          }
          if (taken.forgotten) {
            json.value("content_dropped", true);
          }
        });
  }

  private void file(Path file, MaskedJson.Members members) throws IOException {
    byte[] bytes = MaskedJson.pretty(redaction, members);
    LogFolder.write(file, bytes, bytes.length);
  }
}
