package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi.Style;

/**
 * What came of a call that was to find out whether a provider works.
 *
 * @param finding in a few words
 * @param advice what to do next, empty when nothing is to be done
 */
record ProviderVerdict(
    String provider, String model, boolean good, long millis, String finding, String advice) {

  static ProviderVerdict bad(String provider, String model, String finding, String advice) {
    return new ProviderVerdict(provider, model, false, 0, finding, advice);
  }

  /** Nothing can be called, since no model is known; why that is says enough. */
  static ProviderVerdict withoutModel(JsonNode provider, String name) {
    String trouble = provider.path("models_error").asText("");
    int hidden = provider.path("models_hidden").asInt();
    String list = " (its model list: %s)".formatted(trouble);
    String other = "or name a model with -m %s/MODEL".formatted(name);
    if (trouble.matches(".*\\b40[13]$")) {
      return bad(
          name,
          "",
          "refuses its keys" + list,
          "put a good one in the place of %s, %s"
              .formatted(provider.path("key_variable").asText(), other));
    }
    if (trouble.endsWith("429")) {
      return bad(name, "", "all of its keys may be limited" + list, "try again later, " + other);
    }
    if (!trouble.isEmpty()) {
      return bad(
          name,
          "",
          "cannot be reached, or is no such server" + list,
          "look at its address, " + other);
    }
    return hidden > 0
        ? bad(
            name,
            "",
            "its filters hide all of its %d models".formatted(hidden),
            "look at IGNORE_MODELS and WHITELIST_MODELS of it, " + other)
        : bad(name, "", "it lists no model", "name one with -m %s/MODEL".formatted(name));
  }

  /** Reads the gateway's answer. */
  static ProviderVerdict of(
      String provider, String model, long millis, GatewayClient.Answer answer) {
    int attempts = answer.attempts().map(Integer::parseInt).orElse(1);
    if (answer.status() == 200) {
      return new ProviderVerdict(
          provider,
          model,
          true,
          millis,
          "answers" + (attempts > 1 ? ", after %d attempts".formatted(attempts) : ""),
          attempts > 1 ? "not every key of it is good: caravan quota %s".formatted(provider) : "");
    }
    JsonNode error = answer.json().path("error");
    String code = error.path("code").asText("");
    String said = error.path("message").asText(answer.text()).strip();
    String again = answer.retryAfter().map(s -> "in " + s + " s").orElse("later");
    return switch (code) {
      case "upstream_credentials_rejected", "invalid_api_key" ->
          answer.status() == 401
              ? bad(provider, model, "the gateway refuses this client key", "give it with --key")
              : bad(
                  provider,
                  model,
                  "refuses its keys: " + said,
                  "put a good one in the place of those that caravan quota %s shows"
                      .formatted(provider));
      case "all_credentials_limited", "rate_limit_exceeded", "insufficient_quota" ->
          bad(provider, model, "all of its keys are limited: " + said, "try again " + again);
      case "model_not_found" ->
          bad(
              provider,
              model,
              "does not have this model: " + said,
              "name another with -m; caravan models %s/ shows them".formatted(provider));
      case "upstream_unavailable", "upstream_timeout", "bad_gateway" ->
          bad(
              provider,
              model,
              "cannot be reached, or is down: " + said,
              "look at its status page, its address, and HTTPS_PROXY");
      default ->
          bad(
              provider,
              model,
              "answered %d%s: %s"
                  .formatted(answer.status(), code.isEmpty() ? "" : " " + code, said),
              "caravan why tells what the gateway tried");
    };
  }

  /** The chat model with the lowest known price, or the first one; null when there is none. */
  static @Nullable String cheapest(JsonNode models) {
    String first = null;
    String best = null;
    double lowest = Double.MAX_VALUE;
    for (JsonNode model : models) {
      String id = model.path("id").asText();
      boolean chats =
          model.path("mode").asText("chat").equals("chat")
              && !id.matches("(?i).*(embed|whisper|tts|rerank|moderation|guard|dall-e|image).*");
      if (!chats) {
        continue;
      }
      first = first == null ? id : first;
      JsonNode price = model.at("/pricing/completion");
      if (price.isNumber() && price.asDouble() < lowest) {
        lowest = price.asDouble();
        best = id;
      }
    }
    return best == null ? first : best;
  }

  static String quoted(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }

  String line(boolean colours) {
    String mark =
        good
            ? TextTable.styled("good", Style.fg_green, colours)
            : TextTable.styled("BAD ", Style.fg_red, colours);
    String of = model.isEmpty() ? "" : " " + model;
    String took = good ? " in " + millis + " ms" : "";
    String next = advice.isEmpty() ? "" : "\n      " + advice;
    return "%s  %s: %s%s%s%s"
        .formatted(mark, provider, of.isEmpty() ? "" : of.strip() + " ", finding, took, next);
  }

  String json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("provider", provider);
    node.put("model", model.isEmpty() ? null : model);
    node.put("good", good);
    if (good) {
      node.put("duration_ms", millis);
    }
    node.put("finding", finding);
    node.put("advice", advice.isEmpty() ? null : advice);
    return node.toString();
  }
}
