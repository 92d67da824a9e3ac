package dev.caravan.upstream;

import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * What a provider could have answered, one short plain answer a dialect: the sink of dry runs,
 * where no provider is asked. They are files, {@code dry-run/<dialect>.json} on the class path,
 * read when a dry run needs them.
 */
public final class SampleAnswers {
  private SampleAnswers() {}

  /** The body in a dialect; an empty object for one that has no sample. */
  public static byte[] body(String dialect) {
    try (InputStream file =
        SampleAnswers.class.getResourceAsStream("/dry-run/" + dialect + ".json")) {
      return file == null ? new byte[] {'{', '}'} : file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static UpstreamAnswer.Whole in(String dialect) {
    return new UpstreamAnswer.Whole(
        200, HeadersMultiMap.httpHeaders().set("Content-Type", "application/json"), body(dialect));
  }
}
