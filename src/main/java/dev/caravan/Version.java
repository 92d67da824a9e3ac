package dev.caravan;

/** Which release this is. */
public final class Version {
  private Version() {}

  /** The number in the jar's manifest, {@code dev} when run from classes. */
  public static String number() {
    String number = Version.class.getPackage().getImplementationVersion();
    return number == null ? "dev" : number;
  }
}
