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
    URI uri = URI.create(url);
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String withQuery = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    return new UpstreamTarget(
        SocketAddress.inetSocketAddress(port, uri.getHost()), uri.getHost(), port, tls, withQuery);
  }
}
