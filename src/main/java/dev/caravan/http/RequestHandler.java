package dev.caravan.http;

/** Answers requests, whose bodies are complete. Called on their loops; must not block. */
@FunctionalInterface
public interface RequestHandler {

  /** Sees to it that {@link ServedRequest#reply} is called, now or later. */
  void handle(ServedRequest served);
}
