package dev.caravan.dialect.hub;

/** Why an answer ended. */
public enum Finish {
  /** The model had said what it wanted. */
  STOP,
  /** It came to a text that the client had named. */
  STOP_SEQUENCE,
  LENGTH,
  TOOL_CALLS,
  /** The provider or the model refused to go on. */
  REFUSED,
  /** The provider ran out of patience in the middle of a turn, and wants to be asked again. */
  PAUSED
}
