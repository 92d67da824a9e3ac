package dev.caravan.observe.files;

import dev.caravan.call.Call;
import dev.caravan.call.ModelName;
import dev.caravan.observe.Redaction;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

/**
 * Names of folders. Clients choose parts of them, so nothing goes in that is a secret, leads out of
 * the folder, or is no good name on some system.
 */
final class FolderNames {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT);
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss", Locale.ROOT);
  private static final int LONGEST = 60;
  private static final int ID = 8;

  private final Redaction redaction;
  private final ZoneId zone;

  FolderNames(Redaction redaction, ZoneId zone) {
    this.redaction = redaction;
    this.zone = zone;
  }

  /** {@code 2026-11-23}. */
  String day(long epochMillis) {
    return DAY.format(Instant.ofEpochMilli(epochMillis).atZone(zone));
  }

  /** {@code 20261123_143005_oai_groq_llama-3.1-8b_k3f9a1zz}. */
  String transaction(TakenCall taken, Call call) {
    ModelName model = call.model();
    String provider = model == null ? "none" : model.provider();
    String name = model == null ? call.requestedModel() : model.upstreamModel();
    return String.join(
        "_",
        SECOND.format(Instant.ofEpochMilli(taken.startedMillis).atZone(zone)),
        format(call.dialect()),
        safe(provider),
        safe(name),
        shortId(taken.request.id()));
  }

  /** {@code 20261123_143005_k3f9a1zz}. */
  String raw(TakenCall taken) {
    return SECOND.format(Instant.ofEpochMilli(taken.startedMillis).atZone(zone))
        + "_"
        + shortId(taken.request.id());
  }

  private static String format(String dialect) {
    return switch (dialect.split("-", 2)[0]) {
      case "openai" -> dialect.endsWith("responses") ? "rsp" : "oai";
      case "anthropic" -> "ant";
      case "gemini" -> "gem";
      case "responses" -> "rsp";
      default -> safeCharacters(dialect);
    };
  }

  /** The beginning of the request's id; another one when that could be more than an id. */
  private String shortId(String id) {
    boolean isPlain = id.length() >= ID && redaction.mask(id).equals(id);
    return isPlain
        ? safeCharacters(id.substring(0, ID))
        : UUID.randomUUID().toString().substring(0, ID);
  }

  private String safe(String name) {
    String masked = safeCharacters(redaction.mask(name));
    String shorter = masked.length() > LONGEST ? masked.substring(0, LONGEST) : masked;
    return shorter.isEmpty() ? "_" : shorter;
  }

  private static String safeCharacters(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean good =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '+'
              || c == '@'
              || (c == '.' && i > 0 && text.charAt(i - 1) != '.');
      safe.append(good ? c : '_');
    }
    return safe.toString();
  }
}
