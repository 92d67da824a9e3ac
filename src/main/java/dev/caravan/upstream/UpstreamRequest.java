package dev.caravan.upstream;

import dev.caravan.call.Transcript;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Splice.Slice;
import dev.caravan.dialect.hub.Translation;
import dev.caravan.provider.transform.Transforms;
import io.vertx.core.net.ProxyOptions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent, and how to read what comes back.
 *
 * @param headers with the credential in them
 * @param body ranges of bytes, in order
 * @param stream whether a stream was asked for
 * @param showUsage whether the client wants to see an event that holds nothing but usage
 * @param shownModel the name that the client asked for, and sees in what names the model
 * @param transforms what is changed in each event before anybody reads it, null for nothing
 * @param gathered whether a stream comes although none was asked for, to be put together
 * @param translation how the stream becomes one of the client's dialect, null when it is one
 */
record UpstreamRequest(
    UpstreamTarget target,
    Map<String, String> headers,
    List<Slice> body,
    boolean stream,
    boolean showUsage,
    String shownModel,
    Dialect dialect,
    @Nullable Translation translation,
    UpstreamTimeouts timeouts,
    @Nullable ProxyOptions proxy,
    @Nullable Transforms transforms,
    boolean gathered) {

  /** One whose answer is read as it comes. */
  UpstreamRequest(
      UpstreamTarget target,
      Map<String, String> headers,
      List<Slice> body,
      boolean stream,
      boolean showUsage,
      String shownModel,
      Dialect dialect,
      @Nullable Translation translation,
      UpstreamTimeouts timeouts,
      @Nullable ProxyOptions proxy) {
    this(
        target,
        headers,
        body,
        stream,
        showUsage,
        shownModel,
        dialect,
        translation,
        timeouts,
        proxy,
        null,
        false);
  }

  int length() {
    int length = 0;
    for (Slice slice : body) {
      length += slice.length();
    }
    return length;
  }

  void tell(Transcript transcript) {
    List<ByteBuffer> pieces =
        body.stream()
            .map(slice -> ByteBuffer.wrap(slice.array(), slice.start(), slice.length()))
            .toList();
    transcript.sent(
        "POST %s://%s:%d%s"
            .formatted(
                target.tls() ? "https" : "http", target.host(), target.port(), target.path()),
        headers.entrySet(),
        pieces);
  }

  /** The request as people may see it. */
  @Override
  public String toString() {
    return "POST " + target.host() + target.path();
  }
}
