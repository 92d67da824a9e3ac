package dev.caravan.dialect.hub;

import org.jspecify.annotations.Nullable;

/** The form that an answer's text has to have. */
public sealed interface ResponseFormat {
  /** Some JSON object. */
  record AnyJson() implements ResponseFormat {}

  /**
   * JSON of a schema.
   *
   * @param name empty when none was given
   */
  record Schema(String name, @Nullable JsonText description, Raw schema, @Nullable Boolean strict)
      implements ResponseFormat {}
}
