package dev.caravan.dialect.hub;

import java.util.List;

/** Whether the model has to use a tool. */
public sealed interface ToolChoice {
  record Auto() implements ToolChoice {}

  record None() implements ToolChoice {}

  /** Any of them, but one. */
  record Required() implements ToolChoice {}

  record Named(String name) implements ToolChoice {}

  /**
   * Some of them only.
   *
   * @param required whether one has to be used
   */
  record Allowed(List<String> names, boolean required) implements ToolChoice {
    public Allowed {
      names = List.copyOf(names);
    }
  }
}
