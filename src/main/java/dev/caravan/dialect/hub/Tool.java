package dev.caravan.dialect.hub;

import org.jspecify.annotations.Nullable;

/** Something that a model may use. */
public sealed interface Tool {

  /**
   * A function with named arguments.
   *
   * @param schema JSON schema of its arguments, null when none was given
   * @param strict whether the arguments have to keep to the schema, null when nothing was said
   */
  record Function(
      String name,
      @Nullable JsonText description,
      @Nullable Raw schema,
      @Nullable Boolean strict,
      @Nullable Raw cache)
      implements Tool {}

  /**
   * A tool that takes free text.
   *
   * @param format grammar of the text, null for any
   */
  record Custom(String name, @Nullable JsonText description, @Nullable Raw format)
      implements Tool {}

  /**
   * A tool that the provider itself runs.
   *
   * @param dialect whose providers have it
   * @param type as the dialect calls it
   */
  record Hosted(String dialect, String type, Raw raw) implements Tool {}
}
