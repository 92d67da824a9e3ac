package dev.caravan.oauth;

import dev.caravan.call.Access;

/**
 * How an account stands at one moment, all that a call needs at once. Immutable.
 *
 * @param expiresAt when its token ends, in milliseconds since 1970; 0 when that is not known
 * @param why it is not ready, empty when it is
 */
record Standing(
    AccountDocument document, Access access, long expiresAt, AccountStatus status, String why) {

  boolean hasToken() {
    return !access.token().reveal().isEmpty();
  }

  /** Whether nothing but a person can bring it back. */
  boolean needsPerson() {
    return status == AccountStatus.NEEDS_LOGIN || status == AccountStatus.INELIGIBLE;
  }
}
