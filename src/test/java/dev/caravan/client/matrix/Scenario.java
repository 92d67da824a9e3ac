package dev.caravan.client.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.caravan.client.matrix.Sdk.Ask;
import dev.caravan.client.matrix.Sdk.Call;
import dev.caravan.client.matrix.Sdk.Refused;
import dev.caravan.client.matrix.Sdk.Said;
import dev.caravan.mock.MockProvider;
import dev.caravan.mock.ReceivedRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What is tried with each client at each upstream, streamed and not. */
enum Scenario {
  TEXT {
    @Override
    void run(Cell cell) {
      Said said = cell.ask("mock-len45-3x0ms", "Hello");
      assertThat(said.text()).isEqualTo(cell.stream() ? "token 1 token 2 token 3 " : FOX);
      // chunks of the same dialect pass as they are
      assertThat(said.model())
          .isIn(
              cell.model("mock-len45-3x0ms"),
              cell.passesChunks() ? "mock-len45-3x0ms" : cell.model("mock-len45-3x0ms"));
      assertThat(said.stop()).isIn("stop", "end_turn");
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
          .containsExactly(org.assertj.core.api.Assertions.tuple("lookup_weather", PARIS));
      assertThat(called.stop()).isIn("tool_calls", "tool_use");
      Said told = cell.sdk().answerTools(ask, called, "sunny", cell.stream());
      assertThat(told.text()).isNotEmpty();
      assertThat(cell.lastRequest().text())
          .contains("sunny")
          .contains(called.calls().getFirst().id());
    }
  },
  PARALLEL_TOOLS {
    @Override
    void run(Cell cell) {
      Ask ask = Ask.of(cell.model("mock-tool3"), "Weather?").withTool();
      Said called = cell.sdk().ask(ask, cell.stream());
      assertThat(called.calls()).hasSize(3);
      assertThat(called.calls()).extracting(Call::id).doesNotHaveDuplicates();
      assertThat(called.calls()).extracting(Call::arguments).containsOnly(PARIS);
      Said told = cell.sdk().answerTools(ask, called, "sunny", cell.stream());
      assertThat(told.text()).isNotEmpty();
    }
  },
  THINKING {
    @Override
    void run(Cell cell) {
      Said said =
          cell.sdk().ask(Ask.of(cell.model("mock-think2-2x0ms"), "Why?").thinking(), cell.stream());
      assertThat(said.thinking()).isEqualTo("thought 1 thought 2 ");
      assertThat(said.text()).isNotEmpty();
    }
  },
  THINKING_AND_TOOLS {
    @Override
    void run(Cell cell) {
      Ask ask = Ask.of(cell.model("mock-think2-tool-2x0ms"), "Weather?").withTool().thinking();
      Said called = cell.sdk().ask(ask, cell.stream());
      assertThat(called.calls()).hasSize(1);
      cell.sdk().answerTools(ask, called, "sunny", cell.stream());
      if (cell.upstream() == Upstream.ANTHROPIC) {
        // byte for byte, whether the client can carry it or not
        assertThat(cell.lastRequest().text())
            .contains("\"signature\":\"EqQBCkYIBxgCKkBmb3hlcw==\"")
            .contains("\"thinking\":\"thought 1 thought 2 \"");
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
          .contains(cell.upstream() == Upstream.ANTHROPIC ? "output_config" : "response_format")
          .contains("\"city\"");
    }
  },
  USAGE {
    @Override
    void run(Cell cell) {
      Said said = cell.ask("mock-cached8-4x0ms", "Count");
      Set<Long> input = Set.of(20L, 12L); // with what was cached, and without
      assertThat(input).contains(said.input());
      assertThat(said.output()).isPositive();
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
  RATE_LIMIT {
    @Override
    void run(Cell cell) {
      Throwable problem = catchThrowable(() -> cell.ask("mock-rl90", "Too often"));
      assertThat(cell.sdk().kind(problem)).isEqualTo(Refused.RATE_LIMITED);
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
  CANCEL {
    @Override
    void run(Cell cell) throws InterruptedException {
      if (cell.stream()) {
        cell.sdk().askAndLeave(Ask.of(cell.model("mock-400x20ms"), "Tell me all"));
        assertThat(cell.mock().awaitStats(s -> s.inFlight() == 0, Duration.ofSeconds(5)).inFlight())
            .as("the provider's side is closed")
            .isZero();
      }
    }
  };

  private static final String FOX = "The quick brown fox jumps over the lazy dog. ";
  private static final String PARIS = "{\"city\":\"Paris\"}";
  private static final String PIXEL =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

  /** One cell of the matrix. */
  record Cell(Sdk sdk, Upstream upstream, boolean stream, MockProvider mock) {
    String model(String name) {
      return upstream.provider() + "/" + name;
    }

    Said ask(String model, String text) {
      return sdk.ask(Ask.of(model(model), text), stream);
    }

    boolean passesChunks() {
      return stream && upstream == Upstream.OPENAI_CHAT && sdk instanceof OpenAiChatSdk;
    }

    ReceivedRequest lastRequest() {
      List<ReceivedRequest> requests = mock.requests();
      return requests.getLast();
    }
  }

  abstract void run(Cell cell) throws Exception;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
