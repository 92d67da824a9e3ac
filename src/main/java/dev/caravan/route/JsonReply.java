package dev.caravan.route;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.http.Reply;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.camel.Exchange;

/** A small answer in JSON. */
final class JsonReply {
  private JsonReply() {}

  /** Writes a body. */
  interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  static void set(Exchange exchange, Body body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JsonBytes.FACTORY.createGenerator(out)) {
      body.write(json);
    }
    exchange
        .getMessage()
        .setBody(
            new Reply(
                200,
                HeadersMultiMap.httpHeaders().set("Content-Type", "application/json"),
                out.toByteArray()));
  }
}
