package dev.caravan.pool;

import static dev.caravan.call.FaultClass.*;

import dev.caravan.call.FaultClass;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * One row of rotation.md 5.3: what a class of fault means for the call and for the credential.
 *
 * @param again whether the same credential is worth another attempt
 * @param rotations how many more credentials are worth a try; {@link #RELAY} hands the upstream's
 *     answer to the client instead
 * @param pauses whether to wait before the next credential, which will likely meet the same
 * @param rest what the credential gets
 * @param counts whether it is a use of the credential (4.4)
 * @param isAbnormal whether a person has to look at it
 * @param isEvent whether several credentials that meet it within seconds point at the provider
 *     (5.8)
 */
record Rule(
    Again again,
    int rotations,
    boolean pauses,
    Rest rest,
    boolean counts,
    boolean isAbnormal,
    boolean isEvent) {

  static final int RELAY = 0;
  static final int ALL = Integer.MAX_VALUE;

  /** When the same credential gets another attempt. */
  enum Again {
    NEVER,
    /** The upstream named a time so short that waiting is better than rotating. */
    SHORT_HINT,
    /** Once, unless the upstream named a longer time. */
    ONCE,
    /** As often as attempts are allowed, unless the upstream named a longer time. */
    TRANSIENT
  }

  /** How the credential, or who else is to blame, rests. */
  enum Rest {
    NONE,
    /** The scope, for the upstream's time or by the ladder. */
    LADDER,
    /** The scope, for the upstream's time; an hour for an unpaid bill; else by the ladder. */
    QUOTA,
    /** The whole credential: 300 s, 900 s, 3600 s. */
    LOCKOUT,
    /** The whole credential, until it has a new secret. */
    REAUTH,
    /** The model, for an hour. */
    MODEL_LONG,
    /** The model, for 300 s. */
    MODEL_SHORT,
    /** The model of the provider, for all credentials. */
    THROTTLE
  }

  private static final boolean YES = true;
  private static final boolean NO = false;
  private static final Map<FaultClass, Rule> TABLE = new EnumMap<>(FaultClass.class);

  static {
    // spotless:off
    //                            again             rotations pause rest              counts abnormal event
    row(INVALID_REQUEST,         Again.NEVER,      RELAY,   NO,   Rest.NONE,        NO,    NO,  NO);
    row(CONTEXT_WINDOW_EXCEEDED, Again.NEVER,      RELAY,   NO,   Rest.NONE,        NO,    NO,  NO);
    row(CONFLICT,                Again.ONCE,       RELAY,   NO,   Rest.NONE,        NO,    NO,  NO);
    row(NOT_FOUND,               Again.NEVER,      1,       NO,   Rest.MODEL_SHORT, NO,    NO,  NO);
    row(MODEL_NOT_ALLOWED,       Again.NEVER,      ALL,     NO,   Rest.MODEL_LONG,  YES,   NO,  NO);
    row(AUTHENTICATION,          Again.NEVER,      ALL,     NO,   Rest.LOCKOUT,     YES,   YES, YES);
    row(FORBIDDEN,               Again.NEVER,      ALL,     NO,   Rest.LOCKOUT,     YES,   YES, YES);
    row(REAUTH_NEEDED,           Again.NEVER,      ALL,     NO,   Rest.REAUTH,      YES,   YES, NO);
    row(QUOTA_EXCEEDED,          Again.NEVER,      ALL,     NO,   Rest.QUOTA,       YES,   NO,  NO);
    row(RATE_LIMIT,              Again.SHORT_HINT, ALL,     NO,   Rest.LADDER,      YES,   NO,  YES);
    row(OVERLOADED,              Again.TRANSIENT,  2,       YES,  Rest.THROTTLE,    NO,    NO,  YES);
    row(SERVER_ERROR,            Again.TRANSIENT,  ALL,     YES,  Rest.NONE,        NO,    NO,  YES);
    row(API_CONNECTION,          Again.TRANSIENT,  ALL,     YES,  Rest.NONE,        NO,    NO,  YES);
    row(TIMEOUT,                 Again.ONCE,       ALL,     NO,   Rest.NONE,        NO,    NO,  YES);
    row(EMPTY_RESPONSE,          Again.ONCE,       ALL,     NO,   Rest.NONE,        NO,    NO,  NO);
    row(TRUNCATED_STREAM,        Again.ONCE,       ALL,     NO,   Rest.NONE,        YES,   NO,  NO);
    row(UNREADABLE_ANSWER,       Again.ONCE,       ALL,     NO,   Rest.NONE,        NO,    NO,  NO);
    row(UNKNOWN,                 Again.NEVER,      2,       NO,   Rest.NONE,        YES,   NO,  NO);
    // spotless:on
  }

  private static void row(
      FaultClass kind,
      Again again,
      int rotations,
      boolean pauses,
      Rest rest,
      boolean counts,
      boolean isAbnormal,
      boolean isEvent) {
    TABLE.put(kind, new Rule(again, rotations, pauses, rest, counts, isAbnormal, isEvent));
  }

  static Rule of(FaultClass kind) {
    return Objects.requireNonNull(TABLE.get(kind));
  }
}
