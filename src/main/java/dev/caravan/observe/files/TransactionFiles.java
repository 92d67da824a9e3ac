package dev.caravan.observe.files;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.call.Attempt;
import dev.caravan.call.Call;
import dev.caravan.call.ModelName;
import dev.caravan.call.Usage;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.observe.LogFolder;
import dev.caravan.observe.Redaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes the folder of a call below {@code logs/transactions} (operations.md 13.2). */
final class TransactionFiles {
  private final Path transactions;
  private final Redaction redaction;
  private final FolderNames names;

  TransactionFiles(Path transactions, Redaction redaction, FolderNames names) {
    this.transactions = transactions;
    this.redaction = redaction;
    this.names = names;
  }

  void write(TakenCall taken, Call call, boolean withContent) throws IOException {
    Path folder =
        LogFolder.fresh(
            transactions.resolve(names.day(taken.startedMillis)), names.transaction(taken, call));
    AnswerSummary summary = AnswerSummary.NONE;
    boolean content = withContent && !taken.forgotten;
    if (content) {
      request(folder, taken);
      summary = response(folder, taken);
      provider(folder.resolve("provider"), taken, call);
    }
    metadata(folder, taken, call, summary, content);
  }

  private void request(Path folder, TakenCall taken) throws IOException {
    byte[] body = taken.body;
    file(
        folder.resolve("request.json"),
        json -> head(json, taken, taken.startedMillis).body("data", body));
    if (!taken.sent.isEmpty() && body != null) {
      Sent last = taken.sent.getLast();
      byte[] upstream = last.joinedBody();
      if (!sameButForModel(body, upstream)) {
        file(
            folder.resolve("request_transformed.json"),
            json -> head(json, taken, taken.epochMillis(last.atNanos)).body("data", upstream));
      }
    }
  }

  /** The prefix of a model goes on every way, and is no news. */
  private static boolean sameButForModel(byte[] one, byte[] other) throws IOException {
    if (!JsonBytes.isWhole(one, 0, one.length) || !JsonBytes.isWhole(other, 0, other.length)) {
      return false;
    }
    try (JsonParser a = JsonBytes.parse(one, 0, one.length);
        JsonParser b = JsonBytes.parse(other, 0, other.length)) {
      int depth = 0;
      while (true) {
        JsonToken token = a.nextToken();
        if (token != b.nextToken()) {
          return false;
        }
        if (token == null) {
          return true;
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (token.isStructStart() || token.isStructEnd()) {
          continue;
        }
        if (!a.getText().equals(b.getText())) {
          return false;
        }
        if (depth == 1 && token == JsonToken.FIELD_NAME && a.getText().equals("model")) {
          a.nextToken();
          b.nextToken();
          a.skipChildren();
          b.skipChildren();
        }
      }
    }
  }

  private AnswerSummary response(Path folder, TakenCall taken) throws IOException {
    @Nullable JsonNode answer = null;
    boolean stream = taken.isStream();
    if (stream) {
      StreamEvents events = new StreamEvents(taken, redaction, false);
      byte[] lines = events.lines();
      LogFolder.write(folder.resolve("streaming_chunks.jsonl"), lines, lines.length);
      answer = events.answer();
    } else if (JsonBytes.isWhole(taken.answer.bytes(), 0, taken.answer.length())) {
      answer = MaskedJson.TREES.readTree(taken.answer.bytes(), 0, taken.answer.length());
    }
    JsonNode whole = answer;
    file(
        folder.resolve("response.json"),
        json -> {
          head(json, taken, taken.epochMillis(taken.overNanos))
              .number("status_code", taken.status)
              .number("duration_ms", taken.durationMillis());
          json.headers("headers", Objects.requireNonNullElse(taken.answerHeaders, List.of()));
          if (whole == null) {
            json.body("data", taken.answer.bytes(), 0, taken.answer.length());
          } else {
            json.tree("data", whole);
          }
        });
    return whole == null ? AnswerSummary.NONE : AnswerSummary.of(whole);
  }

  private void provider(Path folder, TakenCall taken, Call call) throws IOException {
    if (taken.sent.isEmpty()) {
      return;
    }
    Sent last = taken.sent.getLast();
    file(
        folder.resolve("request_payload.json"),
        json ->
            head(json, taken, taken.epochMillis(last.atNanos))
                .text("target", last.target)
                .headers("headers", last.headers)
                .body("data", last.joinedBody()));
    if (isStream(last)) {
      byte[] stream =
          redaction
              .mask(
                  new String(last.answer.bytes(), 0, last.answer.length(), StandardCharsets.UTF_8))
              .getBytes(StandardCharsets.UTF_8);
      LogFolder.write(folder.resolve("response_stream.log"), stream, stream.length);
    } else if (last.status / 100 == 2) {
      file(
          folder.resolve("final_response.json"),
          json ->
              head(json, taken, taken.epochMillis(last.atNanos))
                  .number("status_code", last.status)
                  .headers("headers", Objects.requireNonNullElse(last.answerHeaders, List.of()))
                  .body("data", last.answer.bytes(), 0, last.answer.length()));
    }
    errors(folder.resolve("error.log"), taken, call);
  }

  private static boolean isStream(Sent sent) {
    if (sent.answerHeaders != null) {
      for (var header : sent.answerHeaders) {
        if (header.getKey().equalsIgnoreCase("content-type")) {
          return header.getValue().startsWith("text/event-stream");
        }
      }
    }
    return false;
  }

  /** A line for each attempt that failed, with what the provider said. */
  private void errors(Path file, TakenCall taken, Call call) throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (int i = 0; i < call.attempts().size(); i++) {
      Attempt attempt = call.attempts().get(i);
      if (attempt.fault() == null) {
        continue;
      }
      int number = i + 1;
      Sent sent = i < taken.sent.size() ? taken.sent.get(i) : null;
      MaskedJson.line(
          redaction,
          lines,
          json -> {
            if (sent != null) {
              json.value("timestamp_utc", Instant.ofEpochMilli(taken.epochMillis(sent.atNanos)));
            }
            json.number("attempt", number);
            attempt(json, attempt);
            if (sent != null) {
              json.text("target", sent.target)
                  .headers("headers", Objects.requireNonNullElse(sent.answerHeaders, List.of()))
                  .body("data", sent.answer.bytes(), 0, sent.answer.length());
            }
          });
    }
    if (lines.size() > 0) {
      byte[] all = lines.toByteArray();
      LogFolder.write(file, all, all.length);
    }
  }

  private void metadata(
      Path folder, TakenCall taken, Call call, AnswerSummary summary, boolean content)
      throws IOException {
    ModelName model = call.model();
    Usage usage = call.usage();
    file(
        folder.resolve("metadata.json"),
        json -> {
          head(json, taken, taken.startedMillis)
              .number("duration_ms", taken.durationMillis())
              .number("status_code", taken.status)
              .text("end", String.valueOf(taken.end).toLowerCase(java.util.Locale.ROOT))
              .text("provider", model == null ? null : model.provider())
              .text("model", model == null ? call.requestedModel() : model.toString())
              .text("requested_model", call.requestedModel())
              .value("streaming", call.stream())
              .object(
                  "usage",
                  u ->
                      u.number("prompt_tokens", usage.input())
                          .number("completion_tokens", usage.output())
                          .number("total_tokens", usage.total()))
              .text("finish_reason", summary.finishReason())
              .value("has_provider_logs", content && !taken.sent.isEmpty())
              .value("reasoning_found", summary.reasoning() != null)
              .text("reasoning_content", summary.reasoning())
              .text("surface", taken.surface)
              .text("dialect", call.dialect())
              .text("client_key", call.client())
              .list("attempts", AttemptWait.of(call), TransactionFiles::attempt)
              .value("dropped_fields", call.dropped())
              .value("cost", call.costUsd())
              .value("ttft_ms", taken.firstByteMillis() < 0 ? null : taken.firstByteMillis())
              .number("cache_read", usage.cacheRead());
          if (call.failure() != null) {
            json.text("failure", call.failure().message());
          }
          if (taken.forgotten) {
            json.value("content_dropped", true);
          }
        });
  }

  private static void attempt(MaskedJson json, AttemptWait waited) throws IOException {
    attempt(json, waited.attempt());
    json.number("wait_ms", waited.waitMillis());
  }

  private static void attempt(MaskedJson json, Attempt attempt) throws IOException {
    json.text("credential", attempt.credential())
        .number("status", attempt.status())
        .text("error_class", attempt.fault() == null ? null : attempt.fault().word())
        .number("duration_ms", attempt.durationMillis());
  }

  private static MaskedJson head(MaskedJson json, TakenCall taken, long epochMillis)
      throws IOException {
    return json.text("request_id", taken.request.id())
        .value("timestamp_utc", Instant.ofEpochMilli(epochMillis));
  }

  private void file(Path file, MaskedJson.Members members) throws IOException {
    byte[] bytes = MaskedJson.pretty(redaction, members);
    LogFolder.write(file, bytes, bytes.length);
  }
}
