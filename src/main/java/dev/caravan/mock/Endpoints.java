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
  private final CodeAssistDesk desk;

  Endpoints(Vertx vertx, Stage stage) {
    this.vertx = vertx;
    this.stage = stage;
    this.admin = new AdminPages(stage);
    this.pacer = new Pacer(vertx);
    this.desk = new CodeAssistDesk(stage);
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
              direct(request, path, bytes, visit);
            }
          });
    }
  }

  private void direct(HttpServerRequest request, String path, byte[] body, Visit visit) {
    HttpMethod method = request.method();
    if (ProviderDesk.serves(path)) {
      ProviderDesk.answer(method.name(), path, body, visit);
    } else if (CodexDesk.isOne(path)) {
      codex(request, path, body, visit);
    } else if (IFlowDesk.isUserInfo(path)) {
      visit.answer(200, JSON, Buffer.buffer(IFlowDesk.userInfo(request)));
    } else if (CodeAssistDesk.serves(path)) {
      desk.answer(path, body, visit, pacer);
    } else if (GeminiRequest.isOne(path)) {
      allow(HttpMethod.POST, method, visit, () -> gemini(path, request.query(), body, visit));
    } else if (EmbeddingShow.isOne(path)) {
      allow(HttpMethod.POST, method, visit, () -> embeddings(path, body, visit));
    } else if (path.endsWith("/chat/completions") || path.endsWith("/fim/completions")) {
      allow(HttpMethod.POST, method, visit, () -> chat(body, visit, false));
    } else if (path.endsWith("/responses/compact")) {
      allow(HttpMethod.POST, method, visit, () -> compact(body, visit));
    } else if (path.endsWith("/responses")) {
      allow(HttpMethod.POST, method, visit, () -> chat(body, visit, true));
    } else if (path.endsWith("/models")) {
      allow(HttpMethod.GET, method, visit, () -> models(path.contains("/v1beta/"), visit));
    } else {
      anthropics(path, body, visit);
    }
  }

  private void anthropics(String path, byte[] body, Visit visit) {
    if (path.endsWith("/messages/count_tokens")) {
      String count = "{\"input_tokens\":" + TokenCounts.PROMPT + "}";
      visit.answer(200, JSON, Buffer.buffer(count));
    } else if (path.endsWith("/messages")) {
      messages(body, visit);
    } else {
      visit.refuse(Refusal.invalid(404, "The mock has no such path."));
    }
  }

  private void messages(byte[] body, Visit visit) {
    MessagesRequest request;
    try {
      request = MessagesRequest.read(body);
    } catch (IOException e) {
      visit.refuse(MessagesRefusal.of(Refusal.invalid(400, "The body cannot be read.")));
      return;
    }
    Cast cast = cast(visit, request.model());
    Mishap mishap = cast.mishap();
    var show =
        new MessagesShow(visit, request, cast.scenario().answer(), mishap, pacer, stage.tally());
    if (cast.scenario().waitMillis() > 0) {
      pacer.after(cast.scenario().waitMillis(), show::give);
    } else {
      vertx.runOnContext(_ -> show.give());
    }
  }

  /** What a visit's key and model say is to be played, and what goes wrong at its turn. */
  private record Cast(Scenario scenario, Mishap mishap) {}

  private Cast cast(Visit visit, String model) {
    Visit.Turn ofModel = visit.join(stage.tally().models.of(model));
    Scenario scenario = stage.scenario(visit.key(), model);
    Visit.Turn turn =
        switch (scenario.carrier()) {
          case KEY -> visit.turnOfKey();
          case MODEL -> ofModel;
        };
    return new Cast(scenario, scenario.mishapOf(turn.number(), turn.inFlight()));
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
  private void models(boolean googles, Visit visit) {
    if (stage.scenario(visit.key(), "").mishap() instanceof Mishap.Refused(Refusal refusal)) {
      visit.refuse(refusal);
      return;
    }
    if (googles) {
      String listed =
          MODELS.stream()
              .map(id -> "{\"name\":" + Json.quoted("models/" + id) + "}")
              .collect(Collectors.joining(",", "{\"models\":[", "]}"));
      visit.answer(200, JSON, Buffer.buffer(listed));
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

  private void chat(byte[] body, Visit visit, boolean responses) {
    try {
      Optional<ChatRequest> request = ChatRequest.read(body, responses);
      if (request.isEmpty()) {
        visit.refuse(Refusal.invalid(400, "you must provide a model parameter"));
      } else {
        play(request.get(), visit);
      }
    } catch (IOException e) {
      visit.refuse(Refusal.invalid(400, "We could not parse the JSON body of your request."));
    }
  }

  private void gemini(String path, @Nullable String query, byte[] body, Visit visit) {
    GeminiRequest request;
    try {
      request = GeminiRequest.read(path, query, body);
    } catch (IOException e) {
      visit.refuse(GeminiShow.googles(Refusal.invalid(400, "Invalid JSON payload received.")));
      return;
    }
    Cast cast = cast(visit, request.model());
    Mishap mishap = cast.mishap();
    if (request.method().equals("countTokens") && mishap instanceof Mishap.None) {
      visit.answer(200, JSON, Buffer.buffer("{\"totalTokens\":" + TokenCounts.PROMPT + "}"));
      return;
    }
    var show =
        new GeminiShow(visit, request, cast.scenario().answer(), mishap, pacer, stage.tally());
    if (cast.scenario().waitMillis() > 0) {
      pacer.after(cast.scenario().waitMillis(), show::give);
    } else {
      vertx.runOnContext(_ -> show.give());
    }
  }

  /** The back end of ChatGPT plans, which tells its windows with each answer. */
  private void codex(HttpServerRequest request, String path, byte[] body, Visit visit) {
    Answer.Ending ending = stage.scenario(visit.key(), "").answer().ending();
    int used = ending.used();
    if (path.endsWith("/wham/usage") && ending.toldInStream()) {
      visit.refuse(Refusal.withStatus(503));
    } else if (path.endsWith("/wham/usage")) {
      visit.answer(200, JSON, Buffer.buffer(CodexDesk.usage(used)));
    } else if (path.endsWith("/models")) {
      visit.answer(200, JSON, Buffer.buffer(CodexDesk.models(MODELS)));
    } else if (path.endsWith("/codex/responses/compact")) {
      compact(body, visit);
    } else if (path.endsWith("/codex/responses")) {
      Refusal refusal = CodexDesk.refusal(request, body);
      if (refusal != null) {
        visit.refuse(refusal);
        return;
      }
      if (ending.toldInStream()) {
        chat(body, visit, true);
        return;
      }
      visit
          .response()
          .putHeader("x-codex-primary-used-percent", Integer.toString(used))
          .putHeader("x-codex-primary-window-minutes", "300")
          .putHeader("x-codex-primary-reset-after-seconds", "3600")
          .putHeader("x-codex-secondary-used-percent", "7")
          .putHeader("x-codex-secondary-window-minutes", "10080")
          .putHeader("x-codex-secondary-reset-after-seconds", "86400");
      chat(body, visit, true);
    } else {
      visit.refuse(Refusal.invalid(404, "The mock has no such path."));
    }
  }

  /** Only a refusal is a drill for it: what is compacted is always the same. */
  private void compact(byte[] body, Visit visit) {
    try {
      Optional<ChatRequest> request = ChatRequest.read(body, true);
      String model = request.map(ChatRequest::model).orElse("");
      if (stage.scenario(visit.key(), model).mishap() instanceof Mishap.Refused(Refusal refusal)) {
        visit.refuse(refusal);
        return;
      }
      visit.answer(
          200,
          JSON,
          ResponsesAnswer.compacted("resp_" + visit.id(), System.currentTimeMillis() / 1000));
    } catch (IOException e) {
      visit.refuse(Refusal.invalid(400, "We could not parse the JSON body of your request."));
    }
  }

  private void embeddings(String path, byte[] body, Visit visit) {
    EmbeddingShow show;
    try {
      show = EmbeddingShow.of(path, body, visit);
    } catch (IOException e) {
      visit.refuse(Refusal.invalid(400, "We could not parse the JSON body of your request."));
      return;
    }
    Cast cast = cast(visit, show.model());
    Mishap mishap = cast.mishap();
    if (cast.scenario().waitMillis() > 0) {
      pacer.after(cast.scenario().waitMillis(), () -> show.give(mishap));
    } else {
      show.give(mishap);
    }
  }

  private void play(ChatRequest request, Visit visit) throws IOException {
    Cast cast = cast(visit, request.model());
    Mishap mishap = cast.mishap();
    Answer answer = cast.scenario().answer();
    Lines lines = mishap instanceof Mishap.Empty ? Lines.NONE : Lines.of(answer, request);
    var performance = new Performance(visit, request, answer, lines, pacer, stage.tally());
    if (cast.scenario().waitMillis() > 0) {
      pacer.after(cast.scenario().waitMillis(), () -> performance.give(mishap));
    } else if (request.stream()) {
      // Inside the handler of a read Vert.x holds writes back; a stream flushes each chunk.
      vertx.runOnContext(_ -> performance.give(mishap));
    } else {
      performance.give(mishap);
    }
  }
}
