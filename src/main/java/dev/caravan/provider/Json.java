package dev.caravan.provider;

import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Trees of JSON, for what people write down and what providers say. A class of its own, so that a
 * start that meets no JSON does not wait for it.
 */
final class Json {
  static final ObjectMapper TREES = new ObjectMapper();

  private Json() {}
}
