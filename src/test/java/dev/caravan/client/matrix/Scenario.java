package dev.caravan.client.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import dev.caravan.client.matrix.Sdk.Ask;
import dev.caravan.client.matrix.Sdk.Call;
import dev.caravan.client.matrix.Sdk.Refused;
import dev.caravan.client.matrix.Sdk.Said;
import dev.caravan.mock.MockProvider;
import dev.caravan.mock.ReceivedRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What is tried with each client at each upstream, streamed and not. */
enum Scenario {
  TEXT {
    @Override
    void run(Cell cell) {
      Said said = cell.ask("mock-len45-3x0ms", "Hello");
      assertThat(said.text()).isEqualTo(cell.stream() ? "token 1 token 2 token 3 " : FOX);
      assertThat(said.model()).isEqualTo(cell.shownModel("mock-len45-3x0ms"));
      assertThat(said.stop()).isIn("stop", "end_turn", "completed", "STOP");
      assertThat(cell.lastRequest().text()).contains("Be brief.").contains("Hello");
    }
  },
  UNICODE {
    @Override
    void run(Cell cell) {
      String text = "Grüß Gott ☃ 🚀 \"quoted\" back\\slash\ttab\nline 漢字 done";
      assertThat(cell.ask("mock-echo", text).text()).isEqualTo(text);
    }
  },
  TOOL {
    @Override
    void run(Cell cell) {
      Ask ask = Ask.of(cell.model("mock-tool-2x0ms"), "Weather?").withTool();
      Said called = cell.sdk().ask(ask, cell.stream());
      assertThat(called.calls())
          .extracting(Call::name, Call::arguments)
          .containsExactly(tuple("lookup_weather", PARIS));
      assertThat(called.stop()).isIn("tool_calls", "tool_use", "completed", "STOP");
      Said told = cell.sdk().answerTools(ask, called, "sunny", cell.stream());
      assertThat(told.text()).isNotEmpty();
      assertThat(cell.lastRequest().text()).contains("sunny").contains("lookup_weather");
      assertThat(cell.lastRequest().text()).contains(called.calls().getFirst().id());
    }
  },
  PARALLEL_TOOLS {
    @Override
    void run(Cell cell) {
      Ask ask = Ask.of(cell.model("mock-tool3"), "Weather?").withTool();
      Said called = cell.sdk().ask(ask, cell.stream());
      assertThat(called.calls()).hasSize(3);
      if (!cell.passes() || cell.upstream() != Upstream.GEMINI) { // whose calls need no ids
        assertThat(called.calls()).extracting(Call::id).doesNotHaveDuplicates();
      }
      assertThat(called.calls()).extracting(Call::arguments).containsOnly(PARIS);
      Said told = cell.sdk().answerTools(ask, called, "sunny", cell.stream());
      assertThat(told.text()).isNotEmpty();
      assertThat(cell.lastRequest().text().split("sunny", -1)).as("three results").hasSize(4);
    }
  },
  THINKING {
    @Override
    void run(Cell cell) {
      Said said =
          cell.sdk().ask(Ask.of(cell.model("mock-think2-2x0ms"), "Why?").thinking(), cell.stream());
      assertThat(said.thinking()).isEqualTo("thought 1 thought 2 ");
      assertThat(said.text()).isNotEmpty();
      assertThat(cell.lastRequest().text()).containsIgnoringCase(cell.upstream().thinkingField());
    }
  },
  THINKING_AND_TOOLS {
    @Override
    void run(Cell cell) {
      Ask ask = Ask.of(cell.model("mock-think2-tool-2x0ms"), "Weather?").withTool().thinking();
      Said called = cell.sdk().ask(ask, cell.stream());
      assertThat(called.calls()).hasSize(1);
      cell.sdk().answerTools(ask, called, "sunny", cell.stream());
      // byte for byte, whether the client can carry it or not
      assertThat(cell.lastRequest().text()).contains(cell.upstream().signature());
      if (cell.upstream() == Upstream.ANTHROPIC) {
        assertThat(cell.lastRequest().text()).contains("\"thinking\":\"thought 1 thought 2 \"");
      }
    }
  },
  IMAGE {
    @Override
    void run(Cell cell) {
      cell.sdk().ask(Ask.of(cell.model("mock-1"), "What is this?").withImage(PIXEL), cell.stream());
      assertThat(cell.lastRequest().text()).contains(PIXEL).contains("image/png");
    }
  },
  STRUCTURED {
    @Override
    void run(Cell cell) {
      cell.sdk().ask(Ask.of(cell.model("mock-1"), "Where?").withSchema(), cell.stream());
      assertThat(cell.lastRequest().text())
          .contains(cell.upstream().schemaField())
          .contains("\"city\"");
    }
  },
  USAGE {
    @Override
    void run(Cell cell) {
      Said said = cell.ask("mock-cached8-4x0ms", "Count");
      assertThat(said.input()).isEqualTo(cell.sdk() instanceof AnthropicSdk ? 12 : 20);
      if (cell.stream()) {
        assertThat(said.output()).isEqualTo(4);
      } else {
        assertThat(said.output()).isPositive();
      }
    }
  },
  CUT_BY_LENGTH {
    @Override
    void run(Cell cell) {
      assertThat(cell.ask("mock-length-2x0ms", "Tell me all").stop())
          .isIn("length", "max_tokens", "max_output_tokens", "MAX_TOKENS");
    }
  },
  BAD_REQUEST {
    @Override
    void run(Cell cell) {
      Throwable problem = catchThrowable(() -> cell.ask("mock-ctx", "Too long"));
      assertThat(cell.sdk().kind(problem)).isEqualTo(Refused.BAD_REQUEST);
      assertThat(problem).hasMessageContaining("8192");
    }
  },
  WRONG_KEY {
    @Override
    void run(Cell cell) {
      try (Sdk stranger = cell.stranger()) {
        Ask ask = Ask.of(cell.model("mock-1"), "Hello");
        Throwable problem = catchThrowable(() -> stranger.ask(ask, cell.stream()));
        assertThat(stranger.kind(problem)).isEqualTo(Refused.UNAUTHORIZED);
      }
    }
  },
  NOT_FOUND {
    @Override
    void run(Cell cell) {
      Throwable problem =
          catchThrowable(() -> cell.sdk().ask(Ask.of("nobody/model", "Hello"), cell.stream()));
      assertThat(cell.sdk().kind(problem)).isEqualTo(Refused.NOT_FOUND);
    }
  },
  RATE_LIMIT {
    @Override
    void run(Cell cell) {
      Throwable problem = catchThrowable(() -> cell.ask(cell.once("mock-rl90"), "Too often"));
      assertThat(cell.sdk().kind(problem)).isEqualTo(Refused.RATE_LIMITED);
    }
  },
  UNAVAILABLE {
    @Override
    void run(Cell cell) {
      Throwable problem = catchThrowable(() -> cell.ask(cell.once("mock-503"), "Hello"));
      assertThat(cell.sdk().kind(problem)).isEqualTo(Refused.UNAVAILABLE);
    }
  },
  BROKEN {
    @Override
    boolean streamedOnly() {
      return true;
    }

    @Override
    void run(Cell cell) {
      Said[] said = new Said[1];
      Throwable problem =
          catchThrowable(() -> said[0] = cell.ask(cell.once("mock-9x0ms-drop2"), "Hello"));
      if (problem == null) {
        assertThat(said[0].stop()).as("an answer without an end").isEmpty();
      }
    }
  },
  CANCEL {
    @Override
    boolean streamedOnly() {
      return true;
    }

    @Override
    void run(Cell cell) throws InterruptedException {
      cell.sdk().askAndLeave(Ask.of(cell.model("mock-400x20ms"), "Tell me all"));
      assertThat(cell.mock().awaitStats(s -> s.inFlight() == 0, Duration.ofSeconds(5)).inFlight())
          .as("the provider's side is closed")
          .isZero();
    }
  };

  private static final String FOX = "The quick brown fox jumps over the lazy dog. ";
  private static final String PARIS = "{\"city\":\"Paris\"}";
  private static final String PIXEL =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

  /**
   * One cell of the matrix.
   *
   * @param withWrongKey the same client with a wrong key, to be closed
   */
  record Cell(
      Sdk sdk,
      java.util.function.Supplier<Sdk> withWrongKey,
      Upstream upstream,
      boolean stream,
      MockProvider mock) {
    String model(String name) {
      return upstream.provider() + "/" + upstreamModel(name);
    }

    /** What a model of Gemini's takes, its name says. */
    private String upstreamModel(String name) {
      return upstream == Upstream.GEMINI ? "gemini-3-" + name : name;
    }

    Said ask(String model, String text) {
      return sdk.ask(Ask.of(model(model), text), stream);
    }

    Sdk stranger() {
      return withWrongKey.get();
    }

    /** A name of its own for a model that fails, so that no other cell finds it resting. */
    String once(String model) {
      return model + "-" + sdk.speaks().provider() + (stream ? "-s" : "-p");
    }

    /** Whether nothing is translated. */
    boolean passes() {
      return sdk.speaks() == upstream;
    }

    /** What passes as it is names the provider's own model, but for one splice. */
    String shownModel(String name) {
      boolean asItIs =
          passes()
              && switch (upstream) {
                case OPENAI_CHAT, OPENAI_RESPONSES -> stream;
                case ANTHROPIC -> false;
                case GEMINI -> true;
              };
      return asItIs ? upstreamModel(name) : model(name);
    }

    ReceivedRequest lastRequest() {
      List<ReceivedRequest> requests = mock.requests();
      return requests.getLast();
    }
  }

  /** Whether it is only tried with streams. */
  boolean streamedOnly() {
    return false;
  }

  abstract void run(Cell cell) throws Exception;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
