package dev.caravan.pool;

import java.util.Locale;

/**
 * Why a credential could not be lent; the first that holds is the one reported (rotation.md 3.2).
 */
public enum Obstacle {
  /** A person, or the configuration, has put it out of use. */
  DISABLED("disabled"),
  /** Its login is dead and waits for a person. */
  NEEDS_REAUTH("waiting for a login"),
  /** Another credential is to be used alone. */
  PINNED_ELSEWHERE("not the pinned one"),
  /** Its plan does not include the model. */
  NOT_IN_PLAN("without the model in its plan"),
  /** The provider itself says that nothing is left. */
  BASELINE_EMPTY("empty by the provider's own figures"),
  /** This call has had it already. */
  TRIED("tried"),
  /** All its slots are taken. */
  BUSY("busy"),
  /** It rests for the model or its quota group. */
  COOLDOWN("cooling"),
  /** It rests for every model. */
  LOCKOUT("locked"),
  /** It has just rested, and another call goes first. */
  TRIAL("being tried again"),
  /** Its usage window is full. */
  WINDOW_FULL("with a full window"),
  /** The operator's limit is reached. */
  CAPPED("at the operator's limit"),
  /** It had its share, and others have not. */
  CYCLED("waiting for their turn"),
  /** The whole provider, or this model of it, has a pause. */
  THROTTLE("paused with the provider");

  private final String people;

  Obstacle(String people) {
    this.people = people;
  }

  /** For a sentence: "3 cooling". */
  String people() {
    return people;
  }

  /** As it stands in answers and logs: {@code needs_reauth}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
