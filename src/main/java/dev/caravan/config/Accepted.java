package dev.caravan.config;

import java.util.Set;

/**
 * Variables of the proxy that users come from which mean nothing here and are no slip of the pen
 * (operations.md 5.3, 5.6).
 */
public final class Accepted {
  private static final Set<String> NAMES =
      Set.of(
          "SUPPRESS_LITELLM_SERIALIZATION_WARNINGS",
          // Azure's newer paths need none
          "AZURE_API_VERSION",
          // providers that speak no dialect of ours
          "VERTEXAI_PROJECT",
          "VERTEXAI_LOCATION",
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_REGION_NAME",
          "SNOWFLAKE_ACCOUNT_ID",
          "WATSONX_URL");

  private Accepted() {}

  public static boolean contains(String variable) {
    return NAMES.contains(variable);
  }
}
