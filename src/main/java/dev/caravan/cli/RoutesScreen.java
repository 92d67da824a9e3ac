package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Prints what a gateway says of its routes. */
final class RoutesScreen {
  private final boolean json;
  private final PrintWriter out;

  RoutesScreen(boolean json, CommandSpec spec) {
    this.json = json;
    this.out = spec.commandLine().getOut();
  }

  int status(JsonNode answer) {
    boolean good = answer.path("complaints").isEmpty();
    if (json) {
      return raw(answer, good);
    }
    out.println("folder      " + answer.path("folder").asText());
    out.println(
        "generation  %s, %d routes of %d files"
            .formatted(
                number(answer.path("generation").asInt()),
                answer.path("routes").asInt(),
                answer.path("files").size()));
    int retiring = answer.path("retiring").asInt();
    if (retiring > 0) {
      out.println("before it   %d still serve what began on them".formatted(retiring));
    }
    out.println("standing    " + (good ? "live" : "stale: the folder cannot be used"));
    complaints(answer);
    return RoutesCommand.exit(good);
  }

  private static String number(int generation) {
    return generation == 0 ? "(not kept)" : Integer.toString(generation);
  }

  int change(JsonNode answer) {
    if (json) {
      return raw(answer, true);
    }
    switch (answer.path("result").asText()) {
      case "same" ->
          out.println(
              "nothing has changed since generation " + number(answer.path("generation").asInt()));
      case "would change" -> out.println("it would be taken over: " + files(answer));
      default ->
          out.println(
              "live after %d ms as generation %s: %s"
                  .formatted(
                      answer.path("took_ms").asInt(),
                      number(answer.path("generation").asInt()),
                      files(answer)));
    }
    return RoutesCommand.exit(true);
  }

  int diff(JsonNode answer) {
    if (json) {
      return raw(answer, true);
    }
    String text = answer.path("text").asText();
    out.print(text.isEmpty() ? "no difference%n".formatted() : text);
    out.flush();
    return RoutesCommand.exit(true);
  }

  int history(JsonNode answer) {
    if (json) {
      return raw(answer, true);
    }
    if (answer.path("generations").isEmpty()) {
      out.println("nothing is kept yet");
    }
    for (JsonNode one : answer.path("generations")) {
      out.println(
          "%4d  %s  %s  %d files%s"
              .formatted(
                  one.path("number").asInt(),
                  one.path("since").asText(),
                  one.path("digest").asText().substring(0, 12),
                  one.path("files").size(),
                  one.path("live").asBoolean() ? "  live" : ""));
    }
    return RoutesCommand.exit(true);
  }

  private static String files(JsonNode answer) {
    List<String> parts = new ArrayList<>();
    for (String kind : new String[] {"added", "changed", "removed"}) {
      List<String> names = new ArrayList<>();
      answer.path(kind).forEach(name -> names.add(name.asText()));
      if (!names.isEmpty()) {
        parts.add(kind + " " + String.join(", ", names));
      }
    }
    return parts.isEmpty() ? "no file differs" : String.join("; ", parts);
  }

  private void complaints(JsonNode answer) {
    for (JsonNode one : answer.path("complaints")) {
      out.println(
          "  %s:%d:%d: %s"
              .formatted(
                  one.path("file").asText(),
                  one.path("line").asInt(),
                  one.path("column").asInt(),
                  one.path("what").asText()));
    }
  }

  private int raw(JsonNode answer, boolean good) {
    out.println(answer.toPrettyString());
    return RoutesCommand.exit(good);
  }
}
