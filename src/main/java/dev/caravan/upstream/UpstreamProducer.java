package dev.caravan.upstream;

import dev.caravan.call.Access;
import dev.caravan.call.Account;
import dev.caravan.call.Call;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.ModelName;
import dev.caravan.call.Secret;
import dev.caravan.call.TimeSource;
import dev.caravan.dialect.AnswerFacts;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Envelope;
import dev.caravan.dialect.Errand;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.MemberEdits;
import dev.caravan.dialect.OwnMembers;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.dialect.Span;
import dev.caravan.dialect.Splice;
import dev.caravan.dialect.Splice.Slice;
import dev.caravan.dialect.hub.Translation;
import dev.caravan.loop.Loop;
import dev.caravan.provider.ErrorRules;
import dev.caravan.provider.LocalServer;
import dev.caravan.provider.ModelList;
import dev.caravan.provider.Provider;
import dev.caravan.provider.QuotaFigures;
import dev.caravan.provider.transform.ReasoningMemories;
import dev.caravan.provider.transform.ReasoningMemory;
import dev.caravan.provider.transform.Transforms;
import io.vertx.core.MultiMap;
import io.vertx.core.net.ProxyOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request to one provider and waits, on the virtual thread of the exchange, until its
 * answer has begun.
 */
final class UpstreamProducer extends DefaultProducer {
  private static final String PREPARED = "caravanUpstreamBody";
  static final String DROPPED = "X-Gateway-Dropped";
  private static final String JSON = "application/json";

  /** Nobody waits longer for a number that can be guessed (http-api.md 6). */
  private static final Duration COUNTING = Duration.ofSeconds(3);

  private static final String EVENT_STREAM = "text/event-stream; charset=utf-8";

  /** A body made ready for a provider; attempts with other credentials use it again. */
  private record Prepared(
      byte[] of, String model, Provider provider, @Nullable Access access, List<Slice> body) {}

  /**
   * What the provider wants other than its dialect has it.
   *
   * @param server the program that it is taken for
   * @param refused fields that it does not take
   * @param edits whether fields are dropped or renamed
   */
  private record Ways(
      @Nullable LocalServer server,
      Transforms transforms,
      @Nullable ReasoningMemory memory,
      Set<String> refused,
      boolean edits,
      boolean usageOfStreams) {

    static Ways of(Provider provider, ReasoningMemories memories) {
      LocalServer server = provider.server();
      Transforms transforms = provider.transforms();
      Set<String> refused = provider.refusedParameters();
      return new Ways(
          server,
          transforms,
          transforms.arePerCall() ? memories.of(provider.getName()) : null,
          refused,
          !refused.isEmpty() || !provider.renamedParameters().isEmpty(),
          provider.reportsStreamUsage() && !refused.contains("stream_options"));
    }
  }

  /**
   * Who pays for a request.
   *
   * @param secret what is sent, null where nothing is
   * @param access of an account, and of a key only where transforms ask for it; else null
   */
  private record Payer(@Nullable Secret secret, @Nullable Access access) {

    /** The same, served at another address. */
    Payer at(String base) {
      Access usual = access == null && secret != null ? Access.by(secret) : access;
      return usual == null
          ? this
          : new Payer(secret, new Access(usual.token(), usual.headers(), base, usual.facts()));
    }
  }

  private final UpstreamClient client;
  private final Provider provider;
  private final Dialect dialect;
  private final String url;
  private final UpstreamTarget target;
  private final UpstreamTimeouts timeouts;
  private final @Nullable ProxyOptions proxy;
  private final PassedHeaders passed;
  private final Translations translations;
  private final ErrorRules errors;
  private final TimeSource time;
  private final EmbeddingCalls embeddings;
  private final ReasoningMemories memories;
  private final @Nullable Persistence persistence;
  private volatile Ways ways;
  private final ConcurrentMap<String, Map<String, String>> streamHeaders =
      new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Map<String, String>> wholeHeaders = new ConcurrentHashMap<>();

  UpstreamProducer(UpstreamEndpoint endpoint, UpstreamComponent component, Provider provider) {
    super(endpoint);
    this.client = component.client();
    this.provider = provider;
    this.dialect = component.dialects().named(provider.getDialect());
    this.url = url(endpoint.getPath());
    this.target = UpstreamTarget.of(url);
    this.timeouts = timeoutsOf(component.client().timeouts());
    this.proxy = component.client().proxy(provider.getProxyUrl(), target);
    this.passed = component.passed();
    this.translations = component.translations();
    this.errors = new ErrorRules(provider, component.time());
    this.time = component.time();
    this.embeddings = new EmbeddingCalls(client, provider, timeouts, proxy, passed, errors);
    this.memories = component.memories();
    this.ways = Ways.of(provider, memories);
    this.persistence = Persistence.of(provider, ways.transforms());
  }

  /** Made anew when the provider turns out to be a certain program. */
  private Ways ways() {
    Ways known = ways;
    if (known.server() != provider.server()) {
      known = Ways.of(provider, memories);
      ways = known;
    }
    return known;
  }

  private String url(@Nullable String path) {
    if (path != null) {
      return provider.getBaseUrl() + path;
    }
    return provider
        .chatUrl()
        .or(provider::embeddingsUrl)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "provider %s has no baseUrl to call".formatted(provider.getName())));
  }

  private UpstreamTimeouts timeoutsOf(UpstreamTimeouts all) {
    Duration read = provider.readPatience().orElse(null);
    Duration connect = provider.connectPatience().orElse(null);
    boolean sooner = connect != null && (all.pool().isZero() || connect.compareTo(all.pool()) < 0);
    return new UpstreamTimeouts(
        connect != null ? connect : all.connect(),
        // the client of all providers has one limit for connecting, so that of one is a wait like
        // that for a free connection
        connect != null && sooner ? connect : all.pool(),
        all.write(),
        all.firstByte(),
        read != null ? read : all.readStream(),
        read != null ? read : all.readWhole(),
        all.hard());
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    Call call = Calls.of(exchange);
    Secret secret = Calls.secret(exchange);
    Account account = secret == null ? null : secret.account();
    if (account == null) {
      Access asked =
          secret != null && ways().transforms().askForAccess() ? Access.by(secret) : null;
      process(exchange, call, new Payer(secret, asked));
      return;
    }
    Object body = exchange.getMessage().getBody();
    Access access = Grants.of(account, call.deadline());
    try {
      processWith(exchange, call, access);
    } catch (UpstreamFault fault) {
      // a token may end or be taken back before its time; the credential is not blamed for it
      Optional<Access> other =
          isRefusal(fault) ? account.renewed(access, call.deadline()) : Optional.empty();
      if (other.isEmpty()) {
        throw fault;
      }
      exchange.getMessage().setBody(body);
      processWith(exchange, call, other.get());
    }
  }

  private void processWith(Exchange exchange, Call call, Access access) throws Exception {
    Calls.access(exchange, access);
    process(exchange, call, new Payer(access.token(), access));
  }

  private static boolean isRefusal(UpstreamFault fault) {
    return fault.fault().status() == 401 || fault.fault().kind() == FaultClass.AUTHENTICATION;
  }

  private void process(Exchange exchange, Call call, Payer payer) throws Exception {
    if (persistence == null || Calls.isDryRun(exchange) || Calls.errand(exchange) != null) {
      once(exchange, call, payer);
      return;
    }
    Access access = payer.access();
    boolean mayMove = payer.secret() != null && (access == null || access.baseUrl() == null);
    persistence.make(
        exchange,
        call,
        mayMove,
        base -> {
          exchange.removeProperty(PREPARED);
          once(exchange, call, base == null ? payer : payer.at(base));
        });
  }

  private void once(Exchange exchange, Call call, Payer payer) throws Exception {
    Errand errand = Calls.errand(exchange);
    Secret secret = payer.secret();
    if (Embeddings.areAskedFor(exchange)) {
      embeddings.answer(
          exchange, call, secret, headers(exchange, payer, call, false), payer.access());
      return;
    }
    Translation translation = errand == null ? translations.of(exchange, call, provider) : null;
    Ways now = ways();
    ReasoningMemory memory = now.memory();
    Transforms changes =
        memory == null
            ? now.transforms()
            : persistence == null
                ? now.transforms().forCall(call.client(), memory)
                : persistence.sameFor(
                    exchange, () -> now.transforms().forCall(call.client(), memory));
    UpstreamRequest request =
        errand != null
            ? errand(errand, exchange, call, payer)
            : translation == null
                ? asItCame(exchange, call, payer, changes)
                : translated(exchange, call, payer, translation, changes);
    List<Secret> secrets = secret == null ? List.of() : List.of(secret);
    if (Calls.isDryRun(exchange)) {
      answer(
          exchange, call, secrets, SampleAnswers.in(dialect.name()), translation, now.transforms());
      return;
    }
    Loop loop = exchange.getProperty(Loop.PROPERTY, Loop.class);
    UpstreamCall wire =
        new UpstreamCall(
            request,
            client,
            loop == null ? client.anyLoop() : loop,
            new Words(call, secrets, speaker(exchange, translation)));
    call.onCancel(wire::cancel);
    if (translation == null) {
      wire.showReasoningTo(Calls.foretaste(exchange));
    }
    if (call.transcript() != null) {
      wire.takeDown(call.transcript());
    }
    long sentNanos = System.nanoTime();
    wire.start();
    UpstreamAnswer answer = wire.await();
    call.waitedForUpstream(System.nanoTime() - sentNanos);
    try {
      answer(exchange, call, secrets, answer, translation, changes);
      if (translation != null && !translation.losses().isEmpty()) {
        exchange.getMessage().setHeader(DROPPED, translation.losses().header());
      }
    } catch (UpstreamFault fault) {
      throw translation == null ? fault : inTheClientsDialect(fault, translation, call);
    }
  }

  private UpstreamRequest asItCame(Exchange exchange, Call call, Payer payer, Transforms changes) {
    ReadRequest read = Calls.request(exchange, dialect);
    Envelope envelope = read.envelope();
    return new UpstreamRequest(
        target(call, envelope.stream(), payer),
        withHandedOn(headers(exchange, payer, call, streams(envelope.stream())), exchange),
        body(exchange, call, read, payer, changes),
        envelope.stream(),
        envelope.asksForUsage(),
        call.requestedModel(),
        dialect,
        null,
        timeouts,
        proxy,
        changesOfAnswers(changes),
        gathers(envelope.stream()));
  }

  private static @Nullable Transforms changesOfAnswers(Transforms changes) {
    return changes.changeAnswers() || changes.changeStreams() ? changes : null;
  }

  /** Whether a stream comes, asked for by the client or not. */
  private boolean streams(boolean stream) {
    return stream || provider.isOnlyStreams();
  }

  private boolean gathers(boolean stream) {
    return !stream && provider.isOnlyStreams();
  }

  private UpstreamRequest errand(Errand errand, Exchange exchange, Call call, Payer payer) {
    ReadRequest read = Calls.request(exchange, dialect);
    ModelName model = call.model();
    String name =
        provider.model(model == null ? call.requestedModel() : model.upstreamModel()).id();
    UpstreamTarget home = home(payer);
    String path = dialect.path(errand, home.path(), name);
    if (path == null || !call.dialect().equals(dialect.name())) {
      throw new IllegalStateException(
          "%s runs no %s for clients of %s".formatted(dialect.name(), errand, call.dialect()));
    }
    boolean stream = errand == Errand.FILL && read.envelope().stream();
    return new UpstreamRequest(
        home.at(path),
        withHandedOn(headers(exchange, payer, call, stream), exchange),
        body(exchange, call, read, payer, ways().transforms().ofErrands()),
        stream,
        stream && read.envelope().asksForUsage(),
        call.requestedModel(),
        dialect,
        null,
        errand == Errand.COUNT ? timeouts.within(COUNTING) : timeouts,
        proxy,
        null,
        false);
  }

  private UpstreamRequest translated(
      Exchange exchange, Call call, Payer payer, Translation translation, Transforms changes) {
    byte[] body = translations.body(exchange, translation);
    ModelName model = call.model();
    ModelList.Model listed =
        provider.model(model == null ? call.requestedModel() : model.upstreamModel());
    List<Splice> splices =
        ways().edits() || !listed.options().isEmpty()
            ? withEdits(body, List.of(), ways().refused(), listed.options())
            : List.of();
    return new UpstreamRequest(
        target(call, translation.stream(), payer),
        headers(exchange, payer, call, streams(translation.stream())),
        transformed(Splice.apply(body, 0, splices), listed.id(), payer, changes),
        translation.stream(),
        true,
        call.requestedModel(),
        dialect,
        translation,
        timeouts,
        proxy,
        changesOfAnswers(changes),
        gathers(translation.stream()));
  }

  private static List<Slice> transformed(
      List<Slice> body, String model, Payer payer, Transforms changes) {
    if (!changes.concern(model)) {
      return body;
    }
    byte[] before = Splice.join(body);
    Access access = payer.access();
    byte[] after =
        access == null ? changes.request(before, model) : changes.request(before, model, access);
    return after == before ? body : List.of(new Slice(after, 0, after.length));
  }

  /** Where the provider is, or where it serves this account. */
  private UpstreamTarget home(Payer payer) {
    Access access = payer.access();
    return access == null || access.baseUrl() == null
        ? target
        : UpstreamTarget.of(Grants.url(provider, url, access));
  }

  private UpstreamTarget target(Call call, boolean stream, Payer payer) {
    UpstreamTarget target = home(payer);
    if (!target.isTemplate()) {
      return target;
    }
    ModelName model = call.model();
    String name =
        provider.model(model == null ? call.requestedModel() : model.upstreamModel()).id();
    return target.at(dialect.path(target.path(), name, stream || provider.isOnlyStreams()));
  }

  private static Map<String, String> withHandedOn(Map<String, String> headers, Exchange exchange) {
    Map<String, String> more = Calls.handedOn(exchange);
    if (more.isEmpty()) {
      return headers;
    }
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(headers);
    all.putAll(more);
    return all;
  }

  private Dialect speaker(Exchange exchange, @Nullable Translation translation) {
    Dialect known = Calls.speaker(exchange);
    if (known != null) {
      return known;
    }
    return translation == null ? dialect : translation.client();
  }

  /** What a provider says to a client of another dialect is said in that one. */
  private static UpstreamFault inTheClientsDialect(
      UpstreamFault upstream, Translation translation, Call call) {
    Fault fault = upstream.fault();
    Fault.RawAnswer answer = fault.answer();
    if (answer == null) {
      return upstream;
    }
    byte[] body = translation.client().renderRefusal(answer.status(), fault.message(), call.id());
    return new UpstreamFault(
        new Fault(
            fault.kind(),
            fault.status(),
            fault.retryAfter(),
            fault.evidence(),
            fault.message(),
            new Fault.RawAnswer(answer.status(), JSON, body)));
  }

  private void answer(
      Exchange exchange,
      Call call,
      List<Secret> secrets,
      UpstreamAnswer answer,
      @Nullable Translation translation,
      Transforms changes) {
    switch (answer) {
      case UpstreamAnswer.Opened(var headers, var stream) ->
          reply(exchange, stream, EVENT_STREAM, headers);
      case UpstreamAnswer.Whole whole -> {
        call.onCancel(null);
        if (Calls.errand(exchange) != null) {
          ran(exchange, call, secrets, whole);
        } else {
          whole(exchange, call, secrets, transformed(whole, changes), translation);
        }
      }
      case UpstreamAnswer.ErrorEvent(var headers, var json) -> {
        noteFigures(exchange, headers);
        throw new UpstreamFault(errors.classifyStreamError(json, secrets));
      }
      case UpstreamAnswer.Broken(var kind, var evidence, var message) ->
          throw new UpstreamFault(transport(kind, evidence, message));
      case UpstreamAnswer.Cancelled() -> throw new UpstreamCancelled();
    }
  }

  /** What an errand brings is for the client to read. */
  private void ran(Exchange exchange, Call call, List<Secret> secrets, UpstreamAnswer.Whole whole) {
    byte[] body = whole.body();
    AnswerFacts facts = dialect.readAnswer(body);
    if (whole.status() / 100 != 2 || facts.shape() == AnswerFacts.Shape.ERROR) {
      throw new UpstreamFault(errors.classify(whole.status(), whole.headers()::get, body, secrets));
    }
    if (!JsonBytes.isWhole(body, 0, body.length)) {
      throw unreadable();
    }
    call.used(facts.usage());
    reply(exchange, named(body, facts.modelAt(), call), JSON, whole.headers());
  }

  private static UpstreamAnswer.Whole transformed(UpstreamAnswer.Whole whole, Transforms changes) {
    if (!changes.changeAnswers() || whole.status() / 100 != 2) {
      return whole;
    }
    byte[] body = changes.answer(whole.body(), 0, whole.body().length);
    return body == null ? whole : new UpstreamAnswer.Whole(whole.status(), whole.headers(), body);
  }

  private void whole(
      Exchange exchange,
      Call call,
      List<Secret> secrets,
      UpstreamAnswer.Whole whole,
      @Nullable Translation translation) {
    if (whole.status() / 100 != 2) {
      throw new UpstreamFault(
          errors.classify(whole.status(), whole.headers()::get, whole.body(), secrets));
    }
    AnswerFacts facts = dialect.readAnswer(whole.body());
    switch (facts.shape()) {
      case ANSWER -> {
        call.used(facts.usage());
        if (translation != null) {
          byte[] body = translatedAnswer(whole.body(), translation);
          reply(exchange, body, call.stream() ? EVENT_STREAM : JSON, whole.headers());
          return;
        }
        byte[] body = named(whole.body(), facts.modelAt(), call);
        if (call.stream()) {
          byte[] events = dialect.asStream(body, Calls.request(exchange, dialect).envelope());
          reply(exchange, events, EVENT_STREAM, whole.headers());
        } else {
          reply(exchange, body, JSON, whole.headers());
        }
      }
      case ERROR ->
          throw new UpstreamFault(
              errors.classify(whole.status(), whole.headers()::get, whole.body(), secrets));
      case EMPTY ->
          throw new UpstreamFault(
              transport(FaultClass.EMPTY_RESPONSE, "body", "the answer holds no content"));
      case UNREADABLE -> throw unreadable();
    }
  }

  private byte[] translatedAnswer(byte[] body, Translation translation) {
    try {
      return translation.answer(body);
    } catch (IOException e) {
      throw unreadable();
    }
  }

  private UpstreamFault unreadable() {
    return new UpstreamFault(
        transport(
            FaultClass.UNREADABLE_ANSWER,
            "body",
            "the answer is not JSON of the " + dialect.name() + " dialect"));
  }

  private Fault transport(FaultClass kind, String evidence, String message) {
    return Fault.of(kind, "transport " + evidence, message);
  }

  /** The answer under the name that the client asked for. */
  private static byte[] named(byte[] body, @Nullable Span modelAt, Call call) {
    if (modelAt == null) {
      return body;
    }
    Splice splice =
        new Splice(modelAt.start(), modelAt.end(), JsonBytes.quote(call.requestedModel()));
    return Splice.join(Splice.apply(body, 0, List.of(splice)));
  }

  private void reply(Exchange exchange, Object body, String type, MultiMap headers) {
    Message message = exchange.getMessage();
    passed.copy(headers, message);
    noteFigures(exchange, headers);
    message.setBody(body);
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
    message.setHeader(Exchange.CONTENT_TYPE, type);
  }

  private void noteFigures(Exchange exchange, MultiMap headers) {
    if (QuotaHeaders.mayTell(headers)) {
      QuotaFigures figures = QuotaFigures.read(headers::get, time.epochMillis());
      if (figures != null) {
        Calls.figures(exchange, figures);
      }
    }
  }

  private Map<String, String> headers(Exchange exchange, Payer payer, Call call, boolean stream) {
    Map<String, String> usual =
        payer.access() == null
            ? headers(payer.secret(), stream)
            : headers(payer.access(), call, stream);
    Map<String, String> extra = Calls.upstreamHeaders(exchange);
    if (extra.isEmpty()) {
      return usual;
    }
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(usual);
    all.putAll(extra);
    return all;
  }

  /** Made for each call: an account's token changes, and so may what transforms add. */
  private Map<String, String> headers(Access access, Call call, boolean stream) {
    Map<String, String> headers = makeHeaders(access.token(), stream);
    headers.putAll(access.headers());
    Transforms transforms = ways().transforms();
    if (transforms.askForAccess()) {
      ModelName model = call.model();
      String name =
          provider.model(model == null ? call.requestedModel() : model.upstreamModel()).id();
      headers.putAll(transforms.headers(name, access));
    }
    return headers;
  }

  /** The same for all calls with one credential, so they are made once. */
  private Map<String, String> headers(@Nullable Secret secret, boolean stream) {
    ConcurrentMap<String, Map<String, String>> made = stream ? streamHeaders : wholeHeaders;
    String key = secret == null ? "" : secret.fingerprint();
    Map<String, String> known = made.get(key);
    return known != null ? known : made.computeIfAbsent(key, k -> makeHeaders(secret, stream));
  }

  private Map<String, String> makeHeaders(@Nullable Secret secret, boolean stream) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(provider.requestHeaders(secret));
    headers.putIfAbsent("user-agent", UserAgent.VALUE);
    headers.put("content-type", JSON);
    headers.put("accept", stream ? "text/event-stream" : "application/json");
    return headers;
  }

  private List<Slice> body(
      Exchange exchange, Call call, ReadRequest read, Payer payer, Transforms changes) {
    Access access = changes.askForAccess() ? payer.access() : null;
    ModelName model = call.model();
    ModelList.Model listed =
        provider.model(model == null ? read.envelope().model() : model.upstreamModel());
    String name = listed.id();
    Prepared known = exchange.getProperty(PREPARED, Prepared.class);
    if (known != null
        && known.of() == read.body()
        && known.provider() == provider
        && Objects.equals(known.access(), access)
        && known.model().equals(name)) {
      return known.body();
    }
    List<Splice> splices = dialect.forUpstream(read.envelope(), name, ways().usageOfStreams());
    boolean own = read.envelope().hasOwnMembers();
    if (ways().edits() || own || !listed.options().isEmpty()) {
      splices =
          withEdits(
              read.body(), splices, own ? refusedAndOwn() : ways().refused(), listed.options());
    }
    List<Slice> body =
        transformed(
            Splice.apply(read.body(), JsonBytes.markLength(read.body()), splices),
            name,
            payer,
            changes);
    if (own) {
      body = withExtra(body, read.body());
    }
    exchange.setProperty(PREPARED, new Prepared(read.body(), name, provider, access, body));
    return body;
  }

  private List<Splice> withEdits(
      byte[] body, List<Splice> splices, Set<String> drop, Map<String, Object> options) {
    try {
      List<Splice> all = new ArrayList<>(splices);
      all.addAll(MemberEdits.of(body, drop, provider.renamedParameters(), options));
      return all;
    } catch (IOException e) {
      throw unreadableNow(e);
    }
  }

  private Set<String> refusedAndOwn() {
    Set<String> all = new HashSet<>(OwnMembers.names());
    all.addAll(ways().refused());
    return all;
  }

  private static List<Slice> withExtra(List<Slice> body, byte[] client) {
    byte[] before = Splice.join(body);
    try {
      byte[] after = OwnMembers.withExtra(before, client);
      return List.of(new Slice(after, 0, after.length));
    } catch (IOException e) {
      throw unreadableNow(e);
    }
  }

  private static IllegalStateException unreadableNow(IOException e) {
    return new IllegalStateException("a request was read before and is now unreadable", e);
  }

  /** What the client of a stream is told when it breaks. */
  private final class Words implements StreamIntake.Failures {
    private final Call call;
    private final List<Secret> secrets;
    private final Dialect speaker;

    Words(Call call, List<Secret> secrets, Dialect speaker) {
      this.call = call;
      this.secrets = secrets;
      this.speaker = speaker;
    }

    @Override
    public Fault ofEvent(byte[] json, MultiMap headers) {
      return errors.classifyStreamError(json, secrets);
    }

    @Override
    public Fault ofBreak(FaultClass kind, String evidence, String message) {
      return transport(kind, evidence, message);
    }

    @Override
    public byte[] event(Fault fault) {
      return event(fault, 0);
    }

    @Override
    public byte[] event(Fault fault, int at) {
      Kind kind = fault.kind() == FaultClass.TIMEOUT ? Kind.UPSTREAM_TIMEOUT : Kind.BAD_GATEWAY;
      Failure failure =
          Failure.of(
                  kind,
                  Stage.UPSTREAM,
                  "upstream %s: the answer broke off after it had begun (%s: %s); ask again"
                      .formatted(provider.getName(), fault.kind().word(), fault.message()))
              .atProvider(provider.getName());
      return speaker.renderFailureEvent(failure, call.id(), at);
    }
  }
}
