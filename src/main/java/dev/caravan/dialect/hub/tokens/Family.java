package dev.caravan.dialect.hub.tokens;

import com.knuddels.jtokkit.api.EncodingType;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Models whose texts are cut into tokens alike.
 *
 * @param vocabulary the nearest that is published
 * @param factor what its count is multiplied with
 * @param isPublished whether that is the family's own vocabulary, so that a text is counted exactly
 */
record Family(EncodingType vocabulary, double factor, boolean isPublished) {
  private static final Pattern O200K =
      Pattern.compile("(gpt-(4o|4\\.1|4\\.5|5|oss)|chatgpt-4o|o[1-9]([-.].*)?$).*");
  private static final Pattern CL100K =
      Pattern.compile("(gpt-4|gpt-3\\.5|gpt-35|text-embedding-).*");
  private static final Pattern CLAUDE = Pattern.compile(".*claude.*");
  private static final Pattern OPEN = Pattern.compile(".*(llama|qwen|deepseek).*");

  /** The family of a model, whatever stands before its last slash. */
  static Family of(String model) {
    String name = model.substring(model.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    if (O200K.matcher(name).matches()) {
      return new Family(EncodingType.O200K_BASE, 1, true);
    }
    if (CL100K.matcher(name).matches()) {
      return new Family(EncodingType.CL100K_BASE, 1, true);
    }
    double factor = CLAUDE.matcher(name).matches() ? 1.15 : OPEN.matcher(name).matches() ? 1.05 : 1;
    return new Family(EncodingType.O200K_BASE, factor, false);
  }

  /** A count of the vocabulary as one of the family. */
  long scaled(long tokens) {
    return factor == 1 ? tokens : (long) Math.ceil(tokens * factor);
  }
}
