package dev.caravan.config;

import java.util.Set;

/**
 * A client of the gateway, as its key says; never the key itself.
 *
 * @param id safe to log
 * @param scopes what it may do
 */
public record ClientKey(String id, Set<Scope> scopes) {

  /** What a client key opens. */
  public enum Scope {
    INFERENCE,
    MODELS,
    QUOTA,
    ADMIN
  }

  /** The holder of {@code PROXY_API_KEY}. */
  public static final ClientKey DEFAULT =
      new ClientKey("default", Set.of(Scope.INFERENCE, Scope.MODELS, Scope.QUOTA));

  /** The holder of {@code ADMIN_TOKEN}. */
  public static final ClientKey ADMIN = new ClientKey("admin", Set.of(Scope.ADMIN));

  /** Anybody, in open mode. */
  public static final ClientKey ANYBODY = new ClientKey("anybody", DEFAULT.scopes());

  public ClientKey {
    scopes = Set.copyOf(scopes);
  }

  public boolean may(Scope scope) {
    return scopes.contains(scope);
  }
}
