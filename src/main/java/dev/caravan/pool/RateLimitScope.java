package dev.caravan.pool;

/** What a provider counts its rate limits by (rotation.md 5.8). */
public enum RateLimitScope {
  /** Each credential has its own limit; another one may well answer. */
  KEY,
  /** The limit is of the address that asks: another credential would meet the same. */
  IP,
  /** The limit is of one account to which all credentials belong. */
  ACCOUNT
}
