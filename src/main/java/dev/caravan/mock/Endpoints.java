package dev.caravan.mock;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The endpoints of one event loop: which request gets what. */
final class Endpoints implements Handler<HttpServerRequest> {
  private static final String JSON = "application/json";
  private static final List<String> MODELS =
      List.of(
          "mock-1",
          "mock-echo",
          "mock-50x20ms",
          "mock-think",
          "mock-tool",
          "mock-slow2",
          "mock-rl7",
          "mock-503",
          "mock-drop5",
          "mock-flaky30");

  private final Vertx vertx;
  private final Stage stage;
  private final AdminPages admin;
  private final Pacer pacer;

  Endpoints(Vertx vertx, Stage stage) {
    this.vertx = vertx;
    this.stage = stage;
    this.admin = new AdminPages(stage);
    this.pacer = new Pacer(vertx);
  }

  @Override
  public void handle(HttpServerRequest request) {
    String path = request.path();
    if (path.startsWith("/__")) {
      admin.handle(request);
    } else if (path.equals("/")) {
      request.response().putHeader("content-type", "text/plain").end("caravan mock\n");
    } else {
      var visit = new Visit(request, stage.nextId(), stage.tally());
      request.bodyHandler(
          body -> {
            byte[] bytes = body.getBytes();
            stage.recorder().note(request, bytes);
            if (!visit.isOver()) {
              direct(request.method(), path, bytes, visit);
            }
          });
    }
  }

  private void direct(HttpMethod method, String path, byte[] body, Visit visit) {
    if (path.endsWith("/chat/completions")) {
      allow(HttpMethod.POST, method, visit, () -> chat(body, visit));
    } else if (path.endsWith("/models")) {
      allow(HttpMethod.GET, method, visit, () -> models(visit));
    } else {
      visit.refuse(Refusal.invalid(404, "The mock has no such path."));
    }
  }

  private static void allow(HttpMethod wanted, HttpMethod method, Visit visit, Runnable step) {
    if (method.equals(wanted)) {
      step.run();
    } else {
      visit.response().putHeader("allow", wanted.name());
      visit.refuse(Refusal.invalid(405, "Only " + wanted + " is allowed here."));
    }
  }

  /** A key that is refused is refused here too; no other drill has a meaning for a list. */
  private void models(Visit visit) {
    if (stage.scenario(visit.key(), "").mishap() instanceof Mishap.Refused(Refusal refusal)) {
      visit.refuse(refusal);
      return;
    }
    String cards =
        MODELS.stream()
            .map(Json::quoted)
            .map(
                id ->
                    "{\"id\":"
                        + id
                        + ",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"mock\"}")
            .collect(Collectors.joining(",", "{\"object\":\"list\",\"data\":[", "]}"));
    visit.answer(200, JSON, Buffer.buffer(cards));
  }

  private void chat(byte[] body, Visit visit) {
    try {
      Optional<ChatRequest> request = ChatRequest.read(body);
      if (request.isEmpty()) {
        visit.refuse(Refusal.invalid(400, "you must provide a model parameter"));
      } else {
        play(request.get(), visit);
      }
    } catch (IOException e) {
      visit.refuse(Refusal.invalid(400, "We could not parse the JSON body of your request."));
    }
  }

  private void play(ChatRequest request, Visit visit) throws IOException {
    Visit.Turn ofModel = visit.join(stage.tally().models.of(request.model()));
    Scenario scenario = stage.scenario(visit.key(), request.model());
    Visit.Turn turn =
        switch (scenario.carrier()) {
          case KEY -> visit.turnOfKey();
          case MODEL -> ofModel;
        };
    Mishap mishap = scenario.mishapOf(turn.number(), turn.inFlight());
    Lines lines = Lines.of(scenario.answer(), request);
    Runnable performance = () -> perform(mishap, scenario.answer(), lines, request, visit);
    if (scenario.waitMillis() > 0) {
      pacer.after(scenario.waitMillis(), performance);
    } else if (request.stream()) {
      // Inside the handler of a read Vert.x holds writes back; a stream flushes each chunk.
      vertx.runOnContext(_ -> performance.run());
    } else {
      performance.run();
    }
  }

  private void perform(
      Mishap mishap, Answer answer, Lines lines, ChatRequest request, Visit visit) {
    if (visit.isOver()) {
      return;
    }
    switch (mishap) {
      case Mishap.None() -> answer(null, answer, lines, request, visit);
      case Mishap.Late late -> answer(late, answer, lines, request, visit);
      case Mishap.Refused(Refusal refusal) -> visit.refuse(refusal);
      case Mishap.Vanishes() -> visit.cut();
      case Mishap.Hangs() -> {} // until the client leaves
    }
  }

  private void answer(
      Mishap.@Nullable Late late, Answer answer, Lines lines, ChatRequest request, Visit visit) {
    String id = "chatcmpl-" + visit.id();
    long created = System.currentTimeMillis() / 1000;
    if (request.stream()) {
      String onEach = answer.ending().repeated() ? PlainAnswer.finishReason(answer, lines) : "";
      var chunks = new Chunks(id, created, request.model(), onEach);
      new StreamPlayer(
              visit, answer, lines, late, request.includeUsage(), chunks, pacer, stage.tally())
          .play();
    } else if (late == null) {
      visit.answer(200, JSON, PlainAnswer.body(id, created, request.model(), answer, lines));
    } else {
      spoil(late, PlainAnswer.body(id, created, request.model(), answer, lines), visit);
    }
  }

  private static void spoil(Mishap.Late late, Buffer body, Visit visit) {
    switch (late) {
      case Mishap.Cut(int after) -> {
        half(after, body, visit);
        visit.cut();
      }
      case Mishap.Stalls(int after) -> half(after, body, visit);
      case Mishap.ErrorEvent(_, Refusal refusal) ->
          visit.answer(200, JSON, Buffer.buffer(refusal.body()));
      case Mishap.Garbled() -> visit.answer(200, JSON, body.slice(0, body.length() / 2));
      case Mishap.Empty() -> visit.answer(200, JSON, body);
    }
  }

  private static void half(int after, Buffer body, Visit visit) {
    visit.head(200, JSON);
    visit.response().putHeader("content-length", Integer.toString(body.length()));
    visit.response().write(after == 0 ? Buffer.buffer() : body.slice(0, body.length() / 2));
  }
}
