package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Deadline;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.call.ModelName;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.dialect.hub.embeddings.EmbeddingAnswer;
import dev.caravan.dialect.hub.embeddings.EmbeddingRequest;
import dev.caravan.dialect.hub.embeddings.Shares;
import dev.caravan.dialect.openai.embeddings.OpenAiEmbeddingCodec;
import dev.caravan.dialect.openai.embeddings.OpenAiEmbeddings;
import dev.caravan.loop.Loop;
import dev.caravan.route.EmbeddingBatch.Fate;
import dev.caravan.route.EmbeddingBatch.Member;
import dev.caravan.upstream.Calls;
import dev.caravan.upstream.Embeddings;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/**
 * Joins small requests for embeddings that come at the same time into one call (http-api.md 10.1).
 * The first of them leads: its virtual thread waits for the others, sends the joined request down
 * the road of every call on an exchange of its own, and tells each what came of it. Thread-safe;
 * does nothing when it is switched off.
 */
public final class EmbeddingBatches {
  private static final String ANSWERED = "caravanBatchAnswered";
  private static final OpenAiEmbeddingCodec CODEC = new OpenAiEmbeddingCodec();
  private static final OpenAiEmbeddings DIALECT = new OpenAiEmbeddings();

  private final int size;
  private final Duration wait;
  private final long mostTokens;
  private final boolean isolate;
  private final Map<String, EmbeddingBatch> open = new HashMap<>();

  /**
   * Makes it.
   *
   * @param size inputs with which a batch leaves at once; 0 switches it off
   * @param wait for how long the first input waits
   * @param mostTokens estimated tokens of a batch
   * @param isolate whether only requests of one client key and one user are joined
   */
  public EmbeddingBatches(int size, Duration wait, long mostTokens, boolean isolate) {
    this.size = size;
    this.wait = wait;
    this.mostTokens = mostTokens;
    this.isolate = isolate;
  }

  /** Whether the call of an exchange was answered, or has failed, as a part of a batch. */
  static boolean hasAnswered(Exchange exchange) {
    return exchange.getProperty(ANSWERED) != null;
  }

  /**
   * Lets the call of an exchange take part in a batch, if it may.
   *
   * @param to sends what was joined
   */
  void join(Exchange exchange, ProducerTemplate to) throws InterruptedException {
    if (size == 0) {
      return;
    }
    Call call = Calls.of(exchange);
    EmbeddingRequest request = Embeddings.request(exchange);
    if (request.inputs().size() >= size) {
      return;
    }
    Member member = new Member(call, request, request.tokens(), new CompletableFuture<>());
    String key = key(exchange, call, request);
    EmbeddingBatch mine = join(key, member);
    if (mine != null) {
      try {
        mine.awaitFull();
      } finally {
        lead(exchange, to, key, mine);
      }
    }
    call.onCancel(() -> member.fate().complete(new Fate.Gone()));
    Fate fate = member.fate().join();
    call.onCancel(null);
    take(exchange, call, request, fate);
  }

  /**
   * Puts a request into the open batch of its key.
   *
   * @return the batch when the request is its first, and so leads it
   */
  private @Nullable EmbeddingBatch join(String key, Member member) {
    synchronized (open) {
      EmbeddingBatch batch = open.get(key);
      if (batch != null && !batch.hasRoomFor(member)) {
        open.remove(key);
        batch.leaveNow();
        batch = null;
      }
      boolean leads = batch == null;
      if (batch == null) {
        batch = new EmbeddingBatch(size, mostTokens, System.nanoTime() + wait.toNanos());
        open.put(key, batch);
      }
      batch.add(member);
      if (batch.isFull()) {
        open.remove(key);
        batch.leaveNow();
      }
      return leads ? batch : null;
    }
  }

  /** All but the inputs has to be the same. */
  private String key(Exchange exchange, Call call, EmbeddingRequest request) {
    StringBuilder key = new StringBuilder(exchange.getContext().getName());
    key.append('\n').append(request.model()).append('\n').append(call.isStrict());
    key.append('\n').append(request.dimensions()).append('\n').append(request.format());
    key.append('\n').append(request.inputType()).append('\n').append(request.hasTokenInputs());
    request.others().forEach((name, value) -> key.append('\n').append(name).append(value));
    if (isolate) {
      key.append('\n').append(call.client()).append('\n').append(request.user());
    }
    return key.toString();
  }

  private void lead(Exchange exchange, ProducerTemplate to, String key, EmbeddingBatch batch) {
    List<Member> members;
    synchronized (open) {
      open.remove(key, batch);
      members = batch.present();
    }
    try {
      if (!members.isEmpty()) {
        ask(exchange, to, members);
      }
    } finally {
      Failure bug = Failure.of(Kind.INTERNAL, Stage.GATEWAY, "gateway: the batch has no answer");
      for (Member member : members) {
        member.fate().complete(new Fate.Failed(bug, member.call()));
      }
    }
  }

  private static void ask(Exchange exchange, ProducerTemplate to, List<Member> members) {
    if (members.size() == 1) {
      members.getFirst().fate().complete(new Fate.Alone());
      return;
    }
    List<EmbeddingRequest> requests = members.stream().map(Member::request).toList();
    EmbeddingRequest joined = Shares.joined(requests);
    Call call = callOf(members);
    try {
      byte[] answer = send(exchange, to, call, CODEC.request(joined, joined.model()));
      Failure failure = call.failure();
      if (answer != null && failure == null) {
        List<EmbeddingAnswer> shares = Shares.of(CODEC.answer(answer, joined), requests);
        for (int i = 0; i < members.size(); i++) {
          members.get(i).fate().complete(new Fate.Served(shares.get(i), call, members.size()));
        }
      } else if (failure != null) {
        Fate fate = blamesARequest(failure) ? new Fate.Alone() : new Fate.Failed(failure, call);
        members.forEach(member -> member.fate().complete(fate));
      }
    } catch (IOException e) {
      throw new IllegalStateException("an answer of our own cannot be read", e);
    } finally {
      call.settle(call.isFailed() ? Call.End.FAILED : Call.End.ANSWERED);
    }
  }

  /** The joined call has until the last of them gives up. */
  private static Call callOf(List<Member> members) {
    Call first = members.getFirst().call();
    Deadline latest = first.deadline();
    for (Member member : members) {
      Deadline its = member.call().deadline();
      latest = its.atNanos() - latest.atNanos() > 0 ? its : latest;
    }
    Call call =
        new Call(
            first.id(), first.client(), first.dialect(), first.requestedModel(), false, latest);
    ModelName.parse(first.requestedModel()).ifPresent(call::routeTo);
    call.servedBy(first.generation());
    if (first.isStrict()) {
      call.beStrict();
    }
    return call;
  }

  private static byte @Nullable [] send(
      Exchange leader, ProducerTemplate to, Call call, byte[] body) {
    Exchange exchange = new DefaultExchange(leader.getContext());
    Calls.open(exchange, call);
    Embeddings.mark(exchange);
    Calls.read(exchange, new ReadRequest(body, DIALECT.readRequest(body)));
    exchange.setProperty(Loop.PROPERTY, leader.getProperty(Loop.PROPERTY));
    to.send("direct:dispatch", exchange);
    switch (exchange.getException()) {
      case null -> {}
      case CallFailed failed -> call.fail(failed.failure());
      case RuntimeException bug -> throw bug;
      case Exception other -> throw new IllegalStateException(other);
    }
    return call.isFailed() ? null : exchange.getMessage().getBody(byte[].class);
  }

  /** Whether another of the joined requests may be to blame. */
  private static boolean blamesARequest(Failure failure) {
    return switch (failure.kind()) {
      case INVALID_REQUEST, CONTEXT_TOO_LONG, INVALID_TYPE, UNSUPPORTED_PARAMETER -> true;
      default ->
          failure.relay() != null
              && failure.relay().status() / 100 == 4
              && failure.kind().isClients();
    };
  }

  private static void take(Exchange exchange, Call call, EmbeddingRequest request, Fate fate) {
    switch (fate) {
      case Fate.Alone() -> {}
      case Fate.Gone() -> {
        call.fail(
            Failure.of(
                Kind.REQUEST_TIMEOUT, Stage.CLIENT_REQUEST, "client request: the client has left"));
        exchange.setProperty(ANSWERED, true);
      }
      case Fate.Failed(var why, var of) -> {
        tell(exchange, call, of);
        call.fail(why);
        exchange.setProperty(ANSWERED, true);
      }
      case Fate.Served(var share, var of, var together) -> {
        tell(exchange, call, of);
        call.dropped(of.dropped());
        call.used(share.usage());
        Message message = exchange.getMessage();
        message.setBody(share.render(request.model()));
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setHeader("X-Gateway-Batched", Integer.toString(together));
        if (!call.dropped().isEmpty()) {
          message.setHeader("X-Gateway-Dropped", String.join(", ", call.dropped()));
        }
        exchange.setProperty(ANSWERED, true);
      }
    }
  }

  /** What happened to the joined call happened to each. */
  private static void tell(Exchange exchange, Call call, Call joined) {
    if (joined == call) {
      return;
    }
    if (joined.model() != null) {
      call.routeTo(joined.model());
      Calls.routed(exchange, call);
    }
    joined.attempts().forEach(call::tried);
    joined.notes().forEach(call::note);
    call.waitedForUpstream(joined.upstreamNanos());
  }
}
