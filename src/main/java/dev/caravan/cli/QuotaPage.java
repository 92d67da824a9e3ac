package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.cli.TextTable.Cell;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi.Style;

/**
 * The answer of {@code GET /v1/quota-stats} (http-api.md 16.1) as lines for people: all providers
 * with their quotas and whoever rests, or one provider with each of its credentials.
 */
final class QuotaPage {
  private static final DateTimeFormatter TODAY = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("EEE d MMM HH:mm", Locale.ENGLISH);
  private static final int CELLS = 10;
  private static final int WORDS = 60;

  private final JsonNode stats;
  private final boolean colours;
  private final ZoneId zone;
  private final double now;

  QuotaPage(JsonNode stats, boolean colours, ZoneId zone) {
    this.stats = stats;
    this.colours = colours;
    this.zone = zone;
    this.now = stats.path("timestamp").asDouble();
  }

  /** All providers, those with quotas first, then the busiest. */
  List<String> summary() {
    List<JsonNode> providers = new ArrayList<>();
    stats.path("providers").forEach(providers::add);
    providers.sort(
        Comparator.comparing((JsonNode p) -> p.path("quota_groups").isEmpty())
            .thenComparing(p -> -p.path("total_requests").asLong())
            .thenComparing(p -> p.path("provider").asText()));
    TextTable table =
        new TextTable(
            colours,
            "PROVIDER",
            "CREDENTIALS",
            "QUOTA LEFT",
            "",
            ">REQUESTS",
            ">IN",
            ">OUT",
            ">COST");
    providers.forEach(provider -> provider(table, provider));
    List<String> lines = new ArrayList<>(table.lines());
    lines.addAll(resting(providers));
    return lines;
  }

  private void provider(TextTable table, JsonNode provider) {
    JsonNode tokens = provider.path("tokens");
    boolean idle = provider.path("total_requests").asLong() == 0;
    List<Quota> quotas = quotas(provider);
    Quota first = quotas.isEmpty() ? null : quotas.getFirst();
    double cached = tokens.path("input_cache_pct").asDouble();
    table.row(
        new Cell(provider.path("provider").asText(), idle ? Style.faint : Style.bold),
        standing(provider),
        first == null ? Cell.EMPTY : first.cell(),
        first == null ? Cell.EMPTY : first.rest(),
        Cell.of(Figures.count(provider.path("total_requests").asDouble())),
        Cell.of(
            Figures.count(
                    tokens.path("input_cached").asDouble()
                        + tokens.path("input_uncached").asDouble())
                + (cached > 0 ? " (%.0f %% cached)".formatted(cached) : "")),
        Cell.of(Figures.count(tokens.path("output").asDouble())),
        Cell.of(Figures.cost(provider.path("approx_cost").asDouble())));
    for (Quota quota : quotas.subList(Math.min(1, quotas.size()), quotas.size())) {
      table.row(Cell.EMPTY, Cell.EMPTY, quota.cell(), quota.rest());
    }
  }

  private static Cell standing(JsonNode provider) {
    int all = provider.path("credential_count").asInt();
    int ready = provider.path("active_count").asInt();
    int resting = provider.path("on_cooldown_count").asInt();
    int exhausted = provider.path("exhausted_count").asInt();
    int other = Math.max(0, all - ready - resting - exhausted);
    List<String> words = new ArrayList<>();
    add(words, ready, "ready");
    add(words, resting, "resting");
    add(words, other, "out");
    Style style =
        all > 0 && ready == 0 ? Style.fg_red : resting + other > 0 ? Style.fg_yellow : null;
    return new Cell(words.isEmpty() ? "none" : String.join(", ", words), style);
  }

  private static void add(List<String> words, int count, String word) {
    if (count > 0) {
      words.add(count + " " + word);
    }
  }

  /** One window of one quota group over all credentials. */
  private record Quota(
      String name,
      double used,
      double left,
      double limit,
      double share,
      String tiers,
      String cycle) {
    Cell cell() {
      if (share < 0) {
        return new Cell(Figures.count(used) + " used, limit unknown", Style.faint);
      }
      Cell bar = bar(share);
      return new Cell(bar.text() + " " + leftOf(left, limit, share), bar.style());
    }

    Cell rest() {
      return Cell.of((name + tiers + cycle).strip());
    }
  }

  private static List<Quota> quotas(JsonNode provider) {
    List<Quota> quotas = new ArrayList<>();
    for (Map.Entry<String, JsonNode> group : provider.path("quota_groups").properties()) {
      JsonNode windows = group.getValue().path("windows");
      JsonNode cycle = group.getValue().path("fair_cycle_summary");
      for (Map.Entry<String, JsonNode> window : windows.properties()) {
        JsonNode figures = window.getValue();
        double left = figures.path("total_remaining").asDouble();
        double limit = figures.path("total_max").asDouble(-1);
        StringBuilder tiers = new StringBuilder();
        for (var tier : figures.path("tier_availability").properties()) {
          tiers
              .append("  ")
              .append(tier.getValue().path("available").asInt())
              .append('(')
              .append(tier.getValue().path("total").asInt())
              .append(')')
              .append(tier.getKey().equals("unknown") ? "" : tier.getKey().substring(0, 1));
        }
        int used = cycle.path("exhausted_count").asInt();
        quotas.add(
            new Quota(
                group.getKey() + (windows.size() > 1 ? " " + window.getKey() : ""),
                figures.path("total_used").asDouble(),
                left,
                limit,
                shareLeft(left, limit, figures),
                tiers.toString(),
                used == 0
                    ? ""
                    : "  cycle %d/%d".formatted(used, cycle.path("total_count").asInt())));
      }
    }
    quotas.sort(Comparator.comparingDouble(Quota::limit));
    return quotas;
  }

  private List<String> resting(List<JsonNode> providers) {
    TextTable table =
        new TextTable(colours, "RESTING", "", "FOR", "BECAUSE OF", "BACK", "WHY THEN");
    for (JsonNode provider : providers) {
      for (JsonNode pause : provider.path("throttles")) {
        table.row(
            Cell.of(provider.path("provider").asText()),
            Cell.of("the provider itself"),
            Cell.of(scope(pause.path("scope").asText())),
            Cell.of(pause.path("reason").asText()),
            back(pause.path("until").asDouble()),
            Cell.of(shortened(pause.path("evidence").asText())));
      }
      for (JsonNode credential : provider.path("credentials")) {
        rows(table, provider.path("provider").asText(), credential);
      }
    }
    return table.isEmpty() ? List.of() : with("", table.lines());
  }

  private void rows(TextTable table, String provider, JsonNode credential) {
    String who = who(credential);
    for (Map.Entry<String, JsonNode> entry : credential.path("cooldowns").properties()) {
      JsonNode cooldown = entry.getValue();
      table.row(
          Cell.of(provider),
          Cell.of(who),
          Cell.of(scope(entry.getKey())),
          Cell.of(cooldown.path("reason").asText()),
          back(now + cooldown.path("remaining_seconds").asDouble()),
          Cell.of(whyThen(cooldown)));
    }
    for (JsonNode reason : credential.path("why_unavailable")) {
      if (credential.path("cooldowns").isEmpty()) {
        table.row(
            Cell.of(provider),
            Cell.of(who),
            Cell.EMPTY,
            new Cell(shortened(reason.asText()), Style.fg_red));
      }
    }
  }

  private static String who(JsonNode credential) {
    String name = credential.path("identifier").asText();
    String fingerprint = credential.path("fingerprint").asText();
    return fingerprint.isEmpty() || name.contains(fingerprint) ? name : name + " " + fingerprint;
  }

  private static String scope(String key) {
    return switch (key) {
      case "_global_" -> "everything";
      case "*" -> "all models";
      default -> key;
    };
  }

  private Cell back(double until) {
    double left = until - now;
    return new Cell(
        "in %s (%s)".formatted(Figures.time(left), clock(until)),
        left > 3600 ? Style.fg_red : Style.fg_yellow);
  }

  private String whyThen(JsonNode cooldown) {
    String source =
        switch (cooldown.path("source").asText()) {
          case "system" -> "own rule";
          case "error" -> "as the provider said";
          case "api_quota" -> "the provider's quota figures";
          case "custom_cap" -> "your cap";
          case "operator" -> "set by hand";
          default -> cooldown.path("source").asText();
        };
    double probe = cooldown.path("next_probe_at").asDouble();
    boolean asked = probe > 0 && probe < now + cooldown.path("remaining_seconds").asDouble();
    String evidence = cooldown.path("evidence").asText("");
    return source
        + (asked
            ? "; asked again " + (probe <= now ? "now" : "in " + Figures.time(probe - now))
            : "")
        + (evidence.isEmpty() ? "" : ": " + shortened(evidence));
  }

  private static String shortened(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= WORDS ? line : line.substring(0, WORDS - 1) + "…";
  }

  private String clock(double epoch) {
    ZonedDateTime time = Instant.ofEpochMilli(Math.round(epoch * 1000)).atZone(zone);
    LocalDate today = Instant.ofEpochMilli(Math.round(now * 1000)).atZone(zone).toLocalDate();
    return time.format(time.toLocalDate().equals(today) ? TODAY : DAY);
  }

  /** One provider, a panel for each credential. */
  List<String> provider(String name) {
    List<String> lines = new ArrayList<>();
    JsonNode provider = stats.path("providers").path(name);
    TextTable head =
        new TextTable(
            colours,
            "PROVIDER",
            "CREDENTIALS",
            "QUOTA LEFT",
            "",
            ">REQUESTS",
            ">IN",
            ">OUT",
            ">COST");
    provider(head, provider);
    lines.addAll(head.lines());
    List<JsonNode> credentials = new ArrayList<>();
    provider.path("credentials").forEach(credentials::add);
    credentials.sort(Comparator.comparing(c -> c.path("identifier").asText(), QuotaPage::natural));
    credentials.forEach(credential -> lines.addAll(panel(credential)));
    return lines;
  }

  private List<String> panel(JsonNode credential) {
    List<String> lines = new ArrayList<>();
    JsonNode totals = credential.path("totals");
    String status = credential.path("status").asText();
    Style style =
        switch (status) {
          case "active" -> Style.fg_green;
          case "mixed" -> Style.fg_yellow;
          default -> Style.fg_red;
        };
    double last = totals.path("last_used_at").asDouble();
    String tier = credential.path("tier").asText("");
    int active = credential.path("active_requests").asInt();
    lines.add("");
    lines.add(
        "%s  %s%s%s  %s request%s%s%s"
            .formatted(
                TextTable.styled(who(credential), Style.bold, colours),
                TextTable.styled(status, style, colours),
                tier.isEmpty() ? "" : "  " + tier,
                active > 0 ? "  " + active + " in flight" : "",
                Figures.count(totals.path("request_count").asDouble()),
                totals.path("request_count").asLong() == 1 ? "" : "s",
                totals.path("failure_count").asLong() > 0
                    ? " (" + Figures.count(totals.path("failure_count").asDouble()) + " failed)"
                    : "",
                last > 0 ? "  last used " + Figures.ago(now - last) : "  never used"));
    TextTable table = new TextTable(colours, "", ">LEFT", "", ">USED", ">MOST", "RESETS", "CAP");
    usage(table, credential.path("group_usage"));
    usage(table, credential.path("model_usage"));
    if (!table.isEmpty()) {
      table.lines().forEach(line -> lines.add("  " + line));
    }
    TextTable rests = new TextTable(colours, "RESTS FOR", "BECAUSE OF", "BACK", "WHY THEN");
    for (Map.Entry<String, JsonNode> entry : credential.path("cooldowns").properties()) {
      JsonNode cooldown = entry.getValue();
      rests.row(
          Cell.of(scope(entry.getKey())),
          Cell.of(cooldown.path("reason").asText()),
          back(now + cooldown.path("remaining_seconds").asDouble()),
          Cell.of(whyThen(cooldown)));
    }
    if (!rests.isEmpty()) {
      rests.lines().forEach(line -> lines.add("  " + line));
    } else {
      credential
          .path("why_unavailable")
          .forEach(why -> lines.add("  " + TextTable.styled(why.asText(), Style.fg_red, colours)));
    }
    return lines;
  }

  private void usage(TextTable table, JsonNode usage) {
    for (Map.Entry<String, JsonNode> entry : usage.properties()) {
      JsonNode of = entry.getValue();
      JsonNode windows = of.path("windows");
      for (Map.Entry<String, JsonNode> window : windows.properties()) {
        JsonNode figures = window.getValue();
        double used = figures.path("request_count").asDouble();
        double limit = figures.path("limit").asDouble(-1);
        double reset = figures.path("reset_at").asDouble();
        double most = figures.path("max_recorded_requests").asDouble();
        double left = Math.max(0, limit - used);
        double share = shareLeft(left, limit, figures);
        if (used == 0 && share < 0) {
          continue;
        }
        JsonNode cap = of.path("custom_cap");
        table.row(
            Cell.of(entry.getKey() + " " + window.getKey()),
            share < 0 ? Cell.EMPTY : Cell.of(leftOf(left, limit, share)),
            share < 0 ? Cell.EMPTY : bar(share),
            Cell.of(Figures.count(used)),
            Cell.of(most > 0 ? Figures.count(most) : ""),
            Cell.of(
                reset > now ? "in %s (%s)".formatted(Figures.time(reset - now), clock(reset)) : ""),
            cap.isObject()
                ? Cell.of(
                    "%s left of %s"
                        .formatted(
                            Figures.count(cap.path("remaining").asDouble()),
                            Figures.count(cap.path("limit").asDouble())))
                : Cell.EMPTY);
      }
    }
  }

  /** What is left of a window from 0 to 1: by its limit, else as its provider tells it; or -1. */
  private static double shareLeft(double left, double limit, JsonNode window) {
    if (limit < 0) {
      return Math.max(-1, window.path("remaining_pct").asDouble(-100) / 100);
    }
    return limit == 0 ? 0 : left / limit;
  }

  private static String leftOf(double left, double limit, double share) {
    return limit < 0
        ? "%.0f %%".formatted(share * 100)
        : Figures.count(left) + "/" + Figures.count(limit);
  }

  private static Cell bar(double share) {
    return new Cell(
        Figures.bar(share, CELLS),
        share <= 0.1 ? Style.fg_red : share < 0.3 ? Style.fg_yellow : Style.fg_green);
  }

  private static String counted(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** 2 before 10. */
  static int natural(String one, String other) {
    int i = 0;
    int j = 0;
    while (i < one.length() && j < other.length()) {
      int a = numberEnd(one, i);
      int b = numberEnd(other, j);
      int order;
      if (a > i && b > j) {
        String x = one.substring(i, a).replaceFirst("^0+", "");
        String y = other.substring(j, b).replaceFirst("^0+", "");
        order = x.length() != y.length() ? Integer.compare(x.length(), y.length()) : x.compareTo(y);
        i = a;
        j = b;
      } else {
        order = Character.compare(one.charAt(i++), other.charAt(j++));
      }
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(one.length() - i, other.length() - j);
  }

  private static int numberEnd(String text, int from) {
    int end = from;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static List<String> with(String first, List<String> rest) {
    List<String> all = new ArrayList<>();
    all.add(first);
    all.addAll(rest);
    return all;
  }

  /** The line above the page. */
  String head(String where, @Nullable String note) {
    JsonNode sum = stats.path("summary");
    String text =
        "%s  %s, %s, %d ready  %s requests, %s  %s"
            .formatted(
                where,
                counted(sum.path("total_providers").asInt(), "provider"),
                counted(sum.path("total_credentials").asInt(), "credential"),
                sum.path("active_credentials").asInt(),
                Figures.count(sum.path("total_requests").asDouble()),
                Figures.cost(sum.path("approx_total_cost").asDouble()),
                Instant.ofEpochMilli(Math.round(now * 1000))
                    .atZone(zone)
                    .format(DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT)));
    return note == null ? text : text + "  " + note;
  }
}
