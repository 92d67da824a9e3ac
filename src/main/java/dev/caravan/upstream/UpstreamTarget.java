package dev.caravan.upstream;

import io.vertx.core.net.SocketAddress;
import java.net.URI;

/**
 * Where a call goes, taken apart once.
 *
 * @param server host and port to connect to
 * @param path with query
 */
record UpstreamTarget(SocketAddress server, String host, int port, boolean tls, String path) {

  static UpstreamTarget of(String url) {
    // braces are places to be filled for each call
    URI uri = URI.create(url.replace("{", "%7B").replace("}", "%7D"));
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String withQuery = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    return new UpstreamTarget(
        SocketAddress.inetSocketAddress(port, uri.getHost()),
        uri.getHost(),
        port,
        tls,
        withQuery.replace("%7B", "{").replace("%7D", "}"));
  }

  /** Whether its path has places to be filled for each call. */
  boolean isTemplate() {
    return path.indexOf('{') >= 0;
  }

  /** The same server, asked for another path. */
  UpstreamTarget at(String otherPath) {
    return new UpstreamTarget(server, host, port, tls, otherPath);
  }
}
