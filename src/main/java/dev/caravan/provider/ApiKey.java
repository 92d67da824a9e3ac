package dev.caravan.provider;

/**
 * An API key as the environment gives it.
 *
 * @param variable where it stands
 * @param value the key, without blanks and quotes around it; never printed
 */
public record ApiKey(String variable, String value) {

  @Override
  public String toString() {
    return variable;
  }
}
