package dev.caravan.admin;

import com.fasterxml.jackson.databind.ObjectMapper;

/** Loaded with the first request of an operator, since it takes a while. */
final class Json {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}
}
