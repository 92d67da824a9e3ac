package dev.caravan.mock;

import dev.caravan.mock.Answer.Content;
import dev.caravan.mock.Answer.UsagePlace;
import dev.caravan.mock.Scenario.Carrier;
import org.jspecify.annotations.Nullable;

/** A scenario while its words are being read; a later word overrules an earlier one. */
final class Draft {
  final String key;
  Carrier carrier = Carrier.MODEL;

  int waitMillis;
  int chunks = 50;
  int gapMillis;
  int pauseMillis;
  int length = 300;
  boolean role;
  int reasoning;
  boolean echo;
  boolean act;
  int toolCalls;
  String finish = "stop";
  boolean finishRepeated;
  UsagePlace usage = UsagePlace.OWN_CHUNK;
  int cached;
  boolean done = true;
  int used;
  boolean bare;
  boolean toldInStream;
  boolean tags;

  private @Nullable Refusal refusal;
  private @Nullable Mishap mishap;
  private @Nullable Integer errorAfter;
  private Occasion occasion = new Occasion.Always();
  private Carrier occasionCarrier = Carrier.MODEL;
  private Mishap usualMishap = new Mishap.None();

  Draft(String key) {
    this.key = key;
  }

  void refuse(Refusal by) {
    refusal = by;
    mishap = new Mishap.Refused(by);
  }

  void meet(Mishap other) {
    mishap = other;
  }

  void errorEvent(int after) {
    errorAfter = after;
  }

  /**
   * @param usual the mishap that it has when no other word names one
   */
  void on(Occasion when, Refusal usual) {
    occasion = when;
    occasionCarrier = carrier;
    usualMishap = new Mishap.Refused(usual);
  }

  Scenario scenario() {
    Content content =
        echo
            ? new Content.Echo()
            : act
                ? new Content.Act()
                : tags
                    ? new Content.Tags()
                    : toolCalls > 0 ? new Content.Tools(toolCalls) : new Content.Text(length);
    return new Scenario(
        waitMillis,
        occasion,
        occasionCarrier,
        effectiveMishap(),
        new Answer(
            new Answer.Pace(chunks, gapMillis, pauseMillis),
            role,
            reasoning,
            content,
            new Answer.Ending(
                finish, finishRepeated, usage, cached, done, used, bare, toldInStream)));
  }

  // A refusal beside an error event is what the event says: a 429 that comes with status 200.
  private Mishap effectiveMishap() {
    if (errorAfter != null) {
      return new Mishap.ErrorEvent(errorAfter, refusal != null ? refusal : Refusal.withStatus(503));
    }
    return mishap != null ? mishap : usualMishap;
  }
}
