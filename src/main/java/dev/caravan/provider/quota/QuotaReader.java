package dev.caravan.provider.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.call.Access;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.pool.Baseline;
import dev.caravan.pool.WindowRule;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a provider says of the quota of one credential. What it does not say clearly is left
 * out, so that the last good figures stay.
 */
public enum QuotaReader {

  /** {@code {"quota":2000,"used":137.5}}; a day that ends at midnight UTC (providers.md 4.8). */
  CHUTES("what is used of the day's requests, for all models (`chutes_global`)") {
    @Override
    List<Baseline> figures(JsonNode root, long now) throws IOException {
      if (!root.has("quota") && !root.has("used")) {
        throw new IOException("it tells no quota");
      }
      long quota = root.path("quota").asLong(0);
      double used = root.path("used").asDouble(0);
      double left = quota <= 0 ? 0 : Math.max(0, quota - used) / quota;
      long midnight =
          Instant.ofEpochMilli(now)
              .truncatedTo(ChronoUnit.DAYS)
              .plus(1, ChronoUnit.DAYS)
              .toEpochMilli();
      return List.of(
          Baseline.ofCount("chutes_global", (long) ((1 - left) * quota + 1e-9), quota, midnight));
    }

    @Override
    String plan(JsonNode root) {
      return switch (root.path("quota").asInt(0)) {
        case 200 -> "legacy";
        case 2000 -> "plus";
        case 5000 -> "pro";
        default -> "base";
      };
    }
  },

  /** Operations of the month, and of the day where that is enforced (providers.md 4.9). */
  NANOGPT("what is left of the month's operations, and of the day's where that is enforced") {
    @Override
    List<Baseline> figures(JsonNode root, long now) throws IOException {
      JsonNode month = root.path("monthly");
      if (!month.isObject()) {
        throw new IOException("it tells of no month");
      }
      JsonNode day = root.path("daily");
      boolean dayIsOver =
          root.path("enforceDailyLimit").asBoolean(false)
              && root.path("limits").path("daily").asLong(0) > 0
              && day.path("remaining").asLong(1) <= 0;
      long limit = root.path("limits").path("monthly").asLong(0);
      long reset = month.path("resetAt").asLong(0);
      if (limit <= 0) {
        return List.of(Baseline.ofFraction("monthly", 1, -1, 0)); // pays as it goes
      }
      if (dayIsOver && month.path("remaining").asLong(1) > 0) {
        return List.of(Baseline.ofFraction("monthly", 0, limit, day.path("resetAt").asLong(0)));
      }
      return List.of(Baseline.ofCount("monthly", month.path("used").asLong(0), limit, reset));
    }

    @Override
    String plan(JsonNode root) {
      return switch (root.path("state").asText("")) {
        case "active" -> "subscription-active";
        case "grace" -> "subscription-grace";
        default -> "no-subscription";
      };
    }
  },

  /** {@code {"used":0.42,"reset":"2026-01-20T18:12:03.000Z"}} (providers.md 4.10). */
  FIRMWARE("which share of five hours is used, for all models (`firmware_global`)") {
    @Override
    List<Baseline> figures(JsonNode root, long now) throws IOException {
      if (!root.has("used")) {
        throw new IOException("it tells no use");
      }
      double left = Math.clamp(1 - root.path("used").asDouble(0), 0, 1);
      long reset = time(root.path("reset").asText(""));
      return left == 0 && reset == 0
          ? List.of()
          : List.of(Baseline.ofFraction("firmware_global", left, -1, reset));
    }
  },

  /** {@code {"data":{"limit":10,"limit_remaining":7.5}}}, null for no limit (OpenRouter, key). */
  OPENROUTER("what is left of a key's own limit of credits") {
    @Override
    List<Baseline> figures(JsonNode root, long now) throws IOException {
      JsonNode data = root.path("data");
      if (!data.isObject()) {
        throw new IOException("it tells of no key");
      }
      double limit = data.path("limit").asDouble(0);
      if (limit <= 0 || !data.path("limit_remaining").isNumber()) {
        return List.of();
      }
      double left = Math.clamp(data.path("limit_remaining").asDouble() / limit, 0, 1);
      return List.of(new Baseline(null, null, -1, -1, left, 0, false));
    }
  },

  /**
   * {@code {"rate_limit":{"primary_window":{"used_percent":42,"limit_window_seconds":18000,
   * "reset_at":…}}}}; every member may be missing (providers.md 9.4).
   */
  OPENAI_CODEX("which share of the plan's windows is used, for all models (`codex`)") {
    @Override
    List<Baseline> figures(JsonNode root, long now) throws IOException {
      JsonNode limits = root.path("rate_limit");
      List<Baseline> open = new ArrayList<>();
      List<Baseline> spent = new ArrayList<>();
      window(limits.path("primary_window"), 18_000, now, open, spent);
      window(limits.path("secondary_window"), 604_800, now, open, spent);
      if (open.isEmpty() && spent.isEmpty()) {
        throw new IOException("it tells no window");
      }
      // what one window has left does not help when the other has nothing
      return spent.isEmpty() ? open : spent;
    }

    private void window(
        JsonNode said, long usualSeconds, long now, List<Baseline> open, List<Baseline> spent) {
      if (!said.path("used_percent").isNumber()) {
        return;
      }
      double left = Math.clamp(1 - said.path("used_percent").asDouble() / 100, 0, 1);
      long moment = said.path("reset_at").asLong(0) * 1000;
      long wait = said.path("reset_after_seconds").asLong(0) * 1000;
      long reset = moment > now ? moment : wait > 0 ? now + wait : 0;
      long seconds = said.path("limit_window_seconds").asLong(usualSeconds);
      String name = WindowRule.nameOf(Duration.ofSeconds(seconds));
      (left == 0 ? spent : open).add(new Baseline("codex", name, -1, -1, left, reset, false));
    }
  },

  /** {@code {"is_available":true,"balance_infos":[…]}} (DeepSeek, user balance). */
  DEEPSEEK("whether the account has money left") {
    @Override
    List<Baseline> figures(JsonNode root, long now) throws IOException {
      if (!root.path("is_available").isBoolean()) {
        throw new IOException("it tells no balance");
      }
      double left = root.path("is_available").asBoolean() ? 1 : 0;
      return List.of(new Baseline(null, null, -1, -1, left, 0, false));
    }
  },

  /**
   * {@code {"buckets":[{"modelId":"…","remainingFraction":0.84,"resetTime":"…"}]}} of an account's
   * project; a share that is missing is none (providers.md 5.2). When something is left the time
   * says nothing.
   */
  CODE_ASSIST("the share that is left of each model, for the account's project") {
    @Override
    public String question(@Nullable Access access) {
      return projectOf(access);
    }

    @Override
    List<Baseline> figures(JsonNode root, long now, Limits limits) throws IOException {
      if (!root.path("buckets").isArray()) {
        throw new IOException("it tells of no buckets");
      }
      List<Baseline> figures = new ArrayList<>();
      for (JsonNode bucket : root.path("buckets")) {
        String model = bucket.path("modelId").asText("");
        if (!model.isEmpty()) {
          figures.add(share(model, bucket, limits));
        }
      }
      return figures;
    }
  },

  /**
   * {@code {"models":{"<id>":{"quotaInfo":{"remainingFraction":0.6,"resetTime":"…"}}}}}
   * (providers.md 6.1). Several ids of Google's are one model to clients; the lowest of their
   * shares holds.
   */
  ANTIGRAVITY("the share that is left of each model, for the account's project") {
    @Override
    public String question(@Nullable Access access) {
      return projectOf(access);
    }

    @Override
    List<Baseline> figures(JsonNode root, long now, Limits limits) throws IOException {
      if (!root.path("models").isObject()) {
        throw new IOException("it tells of no models");
      }
      Map<String, JsonNode> lowest = new LinkedHashMap<>();
      root.path("models")
          .properties()
          .forEach(
              model -> {
                JsonNode told = model.getValue().path("quotaInfo");
                if (told.isObject()) {
                  lowest.merge(publicName(model.getKey()), told, ANTIGRAVITY::lower);
                }
              });
      List<Baseline> figures = new ArrayList<>();
      lowest.forEach((model, told) -> figures.add(share(model, told, limits)));
      return figures;
    }
  };

  private JsonNode lower(JsonNode one, JsonNode other) {
    return other.path("remainingFraction").asDouble(0) < one.path("remainingFraction").asDouble(0)
        ? other
        : one;
  }

  /** What clients call a model of Antigravity's (providers.md 6.1). */
  private static String publicName(String id) {
    return switch (id) {
      case "gemini-3-pro-low", "gemini-3-pro-high" -> "gemini-3-pro-preview";
      case "gemini-3-pro-image" -> "gemini-3-pro-image-preview";
      case "rev19-uic3-1p" -> "gemini-2.5-computer-use-preview-10-2025";
      case "gemini-2.5-flash-thinking" -> "gemini-2.5-flash";
      default ->
          id.startsWith("claude-")
              ? id.replaceFirst("-thinking$", "").replaceFirst("-(\\d)-(\\d)$", "-$1.$2")
              : id;
    };
  }

  /** How many requests a model has in a window. */
  public interface Limits {
    Limits UNKNOWN = model -> -1;

    /** -1 when nobody knows. */
    long of(String model);
  }

  private static String projectOf(@Nullable Access access) {
    ObjectNode question = Mapper.TREES.createObjectNode();
    String project = access == null ? "" : access.facts().getOrDefault("project", "");
    if (!project.isEmpty()) {
      question.put("project", project);
    }
    return question.toString();
  }

  /** What is left is told in decimals, so it is counted in decimals. */
  private static Baseline share(String model, JsonNode told, Limits limits) {
    JsonNode fraction = told.path("remainingFraction");
    BigDecimal left =
        fraction.isNumber()
            ? fraction.decimalValue().max(BigDecimal.ZERO).min(BigDecimal.ONE)
            : BigDecimal.ZERO;
    long reset = left.compareTo(BigDecimal.ONE) < 0 ? time(told.path("resetTime").asText("")) : 0;
    long limit = limits.of(model);
    if (limit < 0) {
      return Baseline.ofFraction(model, left.doubleValue(), -1, reset);
    }
    long used =
        BigDecimal.ONE
            .subtract(left)
            .multiply(BigDecimal.valueOf(limit))
            .setScale(0, RoundingMode.HALF_UP)
            .longValue();
    // the last request is not gone before the provider says so
    long most = left.signum() > 0 ? Math.max(0, limit - 1) : limit;
    return Baseline.ofCount(model, Math.min(used, most), limit, reset);
  }

  private static final class Mapper {
    static final ObjectMapper TREES = new ObjectMapper(JsonBytes.FACTORY.copy());
  }

  private final String tells;

  QuotaReader(String tells) {
    this.tells = tells;
  }

  /** What it reads, in words for people. */
  public String tells() {
    return tells;
  }

  /** The name that a provider's file gives it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The reader of a name. */
  public static Optional<QuotaReader> named(String name) {
    return List.of(values()).stream().filter(reader -> reader.word().equals(name)).findFirst();
  }

  /** The names of all. */
  public static List<String> words() {
    return List.of(values()).stream().map(QuotaReader::word).toList();
  }

  /**
   * The figures in an answer.
   *
   * @param now epoch milliseconds
   * @throws IOException when it is not what this provider answers
   */
  public List<Baseline> read(byte[] answer, long now) throws IOException {
    return read(answer, now, Limits.UNKNOWN);
  }

  /**
   * The same.
   *
   * @param limits of the credential's plan, for a provider that tells a share only
   */
  public List<Baseline> read(byte[] answer, long now, Limits limits) throws IOException {
    JsonNode root = Mapper.TREES.readTree(answer);
    if (root == null || !root.isObject()) {
      throw new IOException("it is no JSON object");
    }
    return figures(root, now, limits);
  }

  /**
   * The plan that an answer tells of, empty when it tells none.
   *
   * @throws IOException when it is not what this provider answers
   */
  public String planIn(byte[] answer) throws IOException {
    JsonNode root = Mapper.TREES.readTree(answer);
    return root == null || !root.isObject() ? "" : plan(root);
  }

  String plan(JsonNode root) {
    return "";
  }

  /** The JSON with which it is asked, null where its page is just asked for. */
  public @Nullable String question(@Nullable Access access) {
    return null;
  }

  List<Baseline> figures(JsonNode root, long now) throws IOException {
    throw new IOException("it needs to know the plan");
  }

  List<Baseline> figures(JsonNode root, long now, Limits limits) throws IOException {
    return figures(root, now);
  }

  private static long time(String iso) {
    try {
      return iso.isEmpty()
          ? 0
          : OffsetDateTime.parse(iso)
              .withOffsetSameInstant(ZoneOffset.UTC)
              .toInstant()
              .toEpochMilli();
    } catch (DateTimeParseException e) {
      return 0;
    }
  }
}
