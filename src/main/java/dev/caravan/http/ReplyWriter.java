package dev.caravan.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.streams.ReadStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one answer, whatever its body is. Runs on the loop of the request. */
final class ReplyWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ReplyWriter.class);

  private final ServedRequest served;
  private final StreamingHttpServer server;
  private final HttpServerResponse response;

  ReplyWriter(ServedRequest served, StreamingHttpServer server) {
    this.served = served;
    this.server = server;
    this.response = served.raw().response();
  }

  void write(Reply reply, boolean headWritten) {
    if (response.closed() || response.ended()) {
      discard(reply.body());
      served.finish();
      return;
    }
    if (headWritten) {
      writeInsideStream(reply);
      return;
    }
    response.setStatusCode(reply.status());
    response.headers().addAll(reply.headers());
    server.commonHeaders(served);
    served.answers();
    body(reply);
  }

  private void body(Reply reply) {
    Object body = reply.body();
    if (served.method().equals("HEAD")) {
      discard(body);
      whole(Buffer.buffer());
      return;
    }
    switch (body) {
      case null -> whole(Buffer.buffer());
      case byte[] bytes -> whole(Buffers.wrap(bytes));
      case Buffer buffer -> whole(buffer);
      case String text -> whole(Buffer.buffer(text.getBytes(StandardCharsets.UTF_8)));
      case ReadStream<?> stream -> pump(stream);
      case InputStream in -> copy(in);
      default -> whole(Buffer.buffer(body.toString().getBytes(StandardCharsets.UTF_8)));
    }
  }

  private void writeInsideStream(Reply reply) {
    switch (reply.body()) {
      case ReadStream<?> stream -> new StreamPump(stream, served, server).start();
      case InputStream in -> InputStreamPump.start(in, served, server.options().writeStall());
      case null, default -> {
        discard(reply.body());
        byte[] instead = reply.insideStream();
        Buffer last = instead == null ? Buffer.buffer() : Buffers.wrap(instead);
        Buffers.tell(last, served.transcript());
        response.end(last);
        served.finish();
      }
    }
  }

  private void whole(Buffer bytes) {
    Buffers.tell(bytes, served.transcript());
    response.end(bytes);
    served.finish();
  }

  private void pump(ReadStream<?> stream) {
    chunkedUnlessSized();
    new StreamPump(stream, served, server).start();
  }

  private void copy(InputStream in) {
    chunkedUnlessSized();
    InputStreamPump.start(in, served, server.options().writeStall());
  }

  private void chunkedUnlessSized() {
    if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      response.setChunked(true);
    }
  }

  /** Lets go of a body that nobody will read. */
  static void discard(@Nullable Object body) {
    if (body instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        LOG.debug("gateway: a body that nobody reads could not be closed", e);
      }
    }
  }
}
