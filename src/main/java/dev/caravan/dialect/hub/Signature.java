package dev.caravan.dialect.hub;

/**
 * What a provider signs its thinking with. Only the family of models that made it can read it, and
 * refuses it when it was changed.
 *
 * <p>A client of another dialect gets it with the family in front, so that it can be told apart
 * when it comes back; the family's own dialect gets and gives it byte for byte.
 *
 * @param value as the provider wrote it
 * @param family name of the dialect whose providers made it
 */
public record Signature(JsonText value, String family) {
  private static final String TAG = "caravan.";

  /** How it is written in a dialect: bare in its own, tagged in any other. */
  public JsonText writtenIn(String dialect) {
    return family.equals(dialect) ? value : JsonText.of(TAG + family + "." + value.string());
  }

  /** Reads one from a request of a dialect: tagged, or that dialect's own. */
  public static Signature readIn(String dialect, JsonText written) {
    if (written.startsWith(TAG)) {
      String text = written.string();
      int dot = text.indexOf('.', TAG.length());
      if (dot > 0) {
        return new Signature(
            JsonText.of(text.substring(dot + 1)), text.substring(TAG.length(), dot));
      }
    }
    return new Signature(written, dialect);
  }
}
