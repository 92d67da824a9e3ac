package dev.caravan.bench;

/**
 * Where and as whom a client asks.
 *
 * @param key of the client
 * @param modelPrefix before the model's name, empty where no provider is named
 */
record Address(int port, String key, String modelPrefix) {

  /** A chat request with this body, in ASCII. */
  String post(String body) {
    return post("/v1/chat/completions", body);
  }

  /** A request with this body, in ASCII. */
  String post(String path, String body) {
    return """
        POST %s HTTP/1.1\r
        Host: 127.0.0.1:%d\r
        Authorization: Bearer %s\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        %s"""
        .formatted(path, port, key, body.length(), body);
  }
}
