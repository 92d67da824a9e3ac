package dev.caravan.provider;

/**
 * Something in the environment that is not as it should be. Holds no value of a key.
 *
 * @param severity whether the gateway should start with it
 * @param variable the variable it is about
 * @param problem what is wrong, the end of a sentence that begins with the variable's name
 * @param remedy what would be right, or what to do
 */
public record Finding(Severity severity, String variable, String problem, String remedy) {

  /** How bad it is. */
  public enum Severity {
    /** The value is passed over and the next lower one stays. */
    WARNING,
    /** What the variable asks for cannot be done. */
    ERROR
  }

  @Override
  public String toString() {
    return variable + " " + problem + "; " + remedy;
  }
}
