package dev.caravan.dialect.openai.responses;

import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.Asked;
import dev.caravan.dialect.hub.Finish;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Raw;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The object {@code response}, as a whole answer and as the beginning and end of a stream. */
final class ResponseObject {
  /** Members that libraries insist on, with what they say when the request said nothing. */
  private static final List<Map.Entry<String, Raw>> USUAL =
      List.of(
          Map.entry("instructions", Raw.of("null")),
          Map.entry("metadata", Raw.of("{}")),
          Map.entry("parallel_tool_calls", Raw.of("true")),
          Map.entry("temperature", Raw.of("null")),
          Map.entry("tool_choice", Raw.of("\"auto\"")),
          Map.entry("tools", Raw.of("[]")),
          Map.entry("top_p", Raw.of("null")));

  private ResponseObject() {}

  /** As it is announced. */
  static void begun(String id, Asked asked, JsonWriter out) {
    head(id, asked, "in_progress", null, out);
    out.name("output").beginArray().endArray();
    for (Map.Entry<String, Raw> member : USUAL) {
      out.member(member.getKey(), member.getValue());
    }
    out.name("usage").nul().endObject();
  }

  /**
   * As it is in the end.
   *
   * @param items of its output, in order
   */
  static void ended(
      String id, Asked asked, Finish finish, List<byte[]> items, Usage usage, JsonWriter out) {
    String why = reason(finish);
    head(id, asked, why == null ? "completed" : "incomplete", why, out);
    out.name("output").beginArray();
    for (byte[] item : items) {
      out.raw(Raw.of(item));
    }
    out.endArray();
    Map<String, Raw> echo = Memo.of(asked).echo();
    echo.forEach(out::member);
    for (Map.Entry<String, Raw> member : USUAL) {
      if (!echo.containsKey(member.getKey())) {
        out.member(member.getKey(), member.getValue());
      }
    }
    out.name("usage");
    UsageWriter.write(usage, out);
    out.endObject();
  }

  /** Why an answer is not complete; null when it is. */
  static @Nullable String reason(Finish finish) {
    return switch (finish) {
      case LENGTH -> "max_output_tokens";
      case REFUSED -> "content_filter";
      case STOP, STOP_SEQUENCE, TOOL_CALLS, PAUSED -> null;
    };
  }

  private static void head(
      String id, Asked asked, String status, @Nullable String why, JsonWriter out) {
    out.beginObject().member("id", id).member("object", "response");
    out.member("created_at", asked.seconds()).member("status", status);
    out.member("background", false);
    out.name("error").nul().name("incomplete_details");
    if (why == null) {
      out.nul();
    } else {
      out.beginObject().member("reason", why).endObject();
    }
    out.member("model", asked.model());
  }
}
