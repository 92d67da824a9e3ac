package dev.caravan.observe;

import java.util.logging.LogManager;

/**
 * Keeps logging until the process ends: the JDK's own manager takes all handlers away as soon as
 * the shutdown begins, so that a drain would run in silence. And reads no file: {@link Logs} says
 * all there is to say. Made by the JDK, by name.
 */
public final class LastingLogManager extends LogManager {

  /** Does nothing: called by the JDK's shutdown hook. */
  @Override
  public void reset() {}

  /** Does nothing: handlers of the JDK's file would only be made to be thrown away. */
  @Override
  public void readConfiguration() {}
}
