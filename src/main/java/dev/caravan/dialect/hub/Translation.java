package dev.caravan.dialect.hub;

import dev.caravan.dialect.Dialect;
import java.io.IOException;
import java.util.List;

/**
 * One request on its way from a client's dialect to a provider's, and its answer on the way back.
 * Belongs to one request at one provider; attempts with several credentials share it.
 */
public final class Translation {
  private final Dialect client;
  private final Dialect upstream;
  private final Asked asked;
  private final ToolNames names = new ToolNames();
  private final Losses losses;
  private final Thoughts thoughts;
  private final String tenant;
  private final byte[] body;

  /**
   * Translates a request.
   *
   * @param conversation as the client asked it
   * @param thoughts what earlier answers thought
   * @param tenant whose thoughts they are
   * @param transforms changes that the provider needs, in order
   * @param model the provider's own name of it
   * @param askForUsage whether the provider can be asked to report the usage of streams
   * @param strict whether a loss refuses the call
   * @param manner how this gateway is set to translate
   * @param seconds the time, since 1970
   */
  public Translation(
      Dialect client,
      Dialect upstream,
      Conversation conversation,
      Thoughts thoughts,
      String tenant,
      List<Transform> transforms,
      String model,
      boolean askForUsage,
      boolean strict,
      Manner manner,
      long seconds) {
    this.client = client;
    this.upstream = upstream;
    this.thoughts = thoughts;
    this.tenant = tenant;
    this.asked = new Asked(conversation, seconds, manner.estimateInput());
    this.losses = new Losses(client.codec().ledger(), strict);
    Conversation changed = thoughts.recall(tenant, conversation);
    for (Transform transform : transforms) {
      changed = transform.apply(changed);
    }
    Ledger ledger = upstream.codec().ledger();
    if (manner.markCaches() && ledger.fateOf(Feature.CACHE_MARK).verdict() == Ledger.Verdict.KEPT) {
      changed = CacheMarks.in(changed);
    }
    losses.settle(changed, ledger, manner.tellUser());
    Target target =
        new Target(model, askForUsage, manner.tellUser(), manner.largeBudgets(), names, losses);
    this.body = upstream.codec().renderRequest(changed, target);
  }

  public Dialect client() {
    return client;
  }

  public Dialect upstream() {
    return upstream;
  }

  /** The request in the provider's dialect; not to be changed. */
  public byte[] body() {
    return body;
  }

  public Losses losses() {
    return losses;
  }

  public boolean stream() {
    return asked.conversation().stream();
  }

  /**
   * A provider's whole answer for the client: as one, or as the events of a stream when it wanted
   * one.
   *
   * @throws IOException when it cannot be read
   */
  public byte[] answer(byte[] answer) throws IOException {
    Answer read = upstream.codec().parseAnswer(answer, names);
    thoughts.remember(tenant, read);
    return stream()
        ? AnswerEvents.asStream(read, writer())
        : client.codec().renderAnswer(read, asked);
  }

  /** A new reader of the provider's stream. */
  public StreamReader reader(StreamSink to) {
    return upstream.codec().reader(thoughts.keeper(tenant, to), names);
  }

  /** A new writer of the client's stream. */
  public StreamWriter writer() {
    return client.codec().writer(asked);
  }
}
