package dev.caravan.http;

import org.jspecify.annotations.Nullable;

/** Method, path and headers of a request. */
public interface RequestHead {
  String method();

  /** Without query. */
  String path();

  @Nullable String query();

  @Nullable String header(String name);

  /** Whether the client is on this machine. */
  boolean isLoopback();
}
