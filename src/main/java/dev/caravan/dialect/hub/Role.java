package dev.caravan.dialect.hub;

/** Who speaks in a message. Results of tools stand in messages of the user. */
public enum Role {
  SYSTEM,
  DEVELOPER,
  USER,
  ASSISTANT;

  /** Whether it gives instructions rather than taking part. */
  public boolean instructs() {
    return this == SYSTEM || this == DEVELOPER;
  }
}
