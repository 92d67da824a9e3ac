package dev.caravan.observe;

import java.util.logging.LogManager;

/**
 * Keeps logging until the process ends. The JDK's own manager takes all handlers away as soon as
 * the shutdown begins, so that a drain would run in silence. Made by the JDK, by name.
 */
public final class LastingLogManager extends LogManager {

  /** Does nothing: called by the JDK's shutdown hook. */
  @Override
  public void reset() {}
}
