package dev.caravan.dialect.hub;

import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one request loses on its way to another dialect, by the client's own names. In strict mode
 * the first loss refuses the call. Belongs to one request.
 */
public final class Losses {
  private static final int LONGEST_HEADER = 1024;
  private static final int LONGEST_NAME = 64;

  private final Ledger client;
  private final boolean strict;
  private final Set<String> dropped = new LinkedHashSet<>();

  /**
   * @param client ledger of the dialect that the request came in
   * @param strict whether a loss refuses the call
   */
  public Losses(Ledger client, boolean strict) {
    this.client = client;
    this.strict = strict;
  }

  /**
   * Settles what the ledger of the provider's dialect alone decides: every feature of the
   * conversation that it drops is noted, every one that it refuses ends the call.
   */
  public void settle(Conversation conversation, Ledger upstream) {
    settle(conversation, upstream, false);
  }

  /**
   * The same.
   *
   * @param tellUser whether the provider's dialect is going to say who asks if it can
   */
  void settle(Conversation conversation, Ledger upstream, boolean tellUser) {
    for (Feature feature : conversation.features()) {
      if (feature == Feature.USER && tellUser && upstream.tellsUser()) {
        continue;
      }
      Ledger.Fate fate = upstream.fateOf(feature);
      switch (fate.verdict()) {
        case KEPT, MAPPED -> {}
        case DROPPED -> {
          if (fate.harmless()) {
            dropped.add(client.pathOf(feature));
          } else if (feature != Feature.UNKNOWN) {
            drop(feature);
          }
        }
        case REFUSED -> throw refused(client.pathOf(feature), fate.how());
      }
    }
    conversation.unknown().forEach(name -> drop(shown(name)));
  }

  /** A name that a client made up, fit for a header. */
  private static String shown(String name) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(name.length(), LONGEST_NAME); i++) {
      char c = name.charAt(i);
      shown.append(c > ' ' && c < 0x7F && c != ',' ? c : '_');
    }
    return shown.toString();
  }

  /** Notes that a feature is left out, in a case that only the writer sees. */
  public void drop(Feature feature) {
    drop(client.pathOf(feature));
  }

  /** Notes that something is left out without which the answer says the same. */
  public void spare(Feature feature) {
    dropped.add(client.pathOf(feature));
  }

  private void drop(String path) {
    if (strict) {
      throw refused(path, "there is nothing like it, and this call is strict");
    }
    dropped.add(path);
  }

  /** A call that cannot be made without a feature. */
  public CallFailed refused(Feature feature, String why) {
    return refused(client.pathOf(feature), why);
  }

  private static CallFailed refused(String path, String why) {
    return new CallFailed(
        Failure.of(
                Kind.UNSUPPORTED_PARAMETER,
                Stage.TRANSLATION,
                "translation: \"%s\" cannot be handed on to this provider: %s; leave it out or use another model"
                    .formatted(path, why))
            .with(Map.of("param", path)));
  }

  public boolean isEmpty() {
    return dropped.isEmpty();
  }

  /** The client's names of what was left out. */
  public List<String> dropped() {
    return List.copyOf(dropped);
  }

  /** The names with commas, for a header; cut at 1 KiB. */
  public String header() {
    String all = String.join(",", dropped);
    if (all.length() <= LONGEST_HEADER) {
      return all;
    }
    return all.substring(0, all.lastIndexOf(',', LONGEST_HEADER));
  }
}
