package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import org.jspecify.annotations.NullMarked;
import picocli.CommandLine.Help.Ansi;

/** Shows an answer as it comes: text as it is, reasoning dimmed, figures to the other stream. */
@NullMarked
final class ChatScreen {
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean terminal;
  private boolean reasoning;
  private boolean lineOpen;
  private boolean shown;

  /**
   * @param terminal whether {@code out} understands colours
   */
  ChatScreen(PrintWriter out, PrintWriter err, boolean terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  void text(String text) {
    if (!text.isEmpty()) {
      endReasoning();
      print(text);
    }
  }

  /** Without a terminal it cannot be told from the answer, so it is left out there. */
  void reasoning(String text) {
    if (text.isEmpty()) {
      return;
    }
    shown = true;
    if (terminal) {
      if (!reasoning) {
        out.print(Ansi.Style.faint.on());
        reasoning = true;
      }
      print(text);
    }
  }

  void toolCall(String name, String arguments) {
    endReasoning();
    endLine();
    print("[calls " + name + " " + arguments + "]\n");
  }

  void raw(String json) {
    shown = true;
    out.println(json);
    out.flush();
  }

  /** Leaves the screen tidy, also when the answer broke off. */
  void end() {
    endReasoning();
    endLine();
  }

  void usage(JsonNode usage, String model) {
    long cached = usage.at("/prompt_tokens_details/cached_tokens").asLong();
    long thought = usage.at("/completion_tokens_details/reasoning_tokens").asLong();
    err.printf(
        "%s: %d prompt%s + %d completion%s = %d tokens%n",
        model,
        usage.path("prompt_tokens").asLong(),
        cached > 0 ? " (" + cached + " cached)" : "",
        usage.path("completion_tokens").asLong(),
        thought > 0 ? " (" + thought + " reasoning)" : "",
        usage.path("total_tokens").asLong());
    err.flush();
  }

  void note(String line) {
    err.println(line);
    err.flush();
  }

  boolean hasShownSomething() {
    return shown;
  }

  private void print(String text) {
    // A model must not steer the terminal.
    String safe = terminal && !text.isEmpty() ? text.replace('\u001b', '\u241b') : text;
    out.print(safe);
    out.flush();
    shown = true;
    lineOpen = !safe.endsWith("\n");
  }

  private void endReasoning() {
    if (reasoning) {
      out.print(Ansi.Style.faint.off());
      reasoning = false;
      endLine();
    }
  }

  private void endLine() {
    if (lineOpen) {
      out.println();
      out.flush();
      lineOpen = false;
    }
  }
}
