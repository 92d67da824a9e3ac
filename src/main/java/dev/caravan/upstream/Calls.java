package dev.caravan.upstream;

import dev.caravan.call.Access;
import dev.caravan.call.Call;
import dev.caravan.call.ModelName;
import dev.caravan.call.Secret;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Envelope;
import dev.caravan.dialect.Errand;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.provider.QuotaFigures;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * The call on its exchange, and the plain variables that mirror it for YAML: {@code provider model
 * client stream attempt credential}. The only class that knows these names.
 */
public final class Calls {
  public static final String CALL = "call";
  private static final String PROVIDER = "provider";
  private static final String MODEL = "model";
  private static final String CLIENT = "client";
  private static final String STREAM = "stream";
  private static final String ATTEMPT = "attempt";
  private static final String CREDENTIAL = "credential";

  /**
   * Not a variable, so that hooks do not meet it by chance; it prints as its fingerprint anyway.
   */
  private static final String SECRET = "caravanSecret";

  private static final String ACCESS = "caravanAccess";
  private static final String SPEAKER = "caravanSpeaker";
  private static final String HANDED_ON = "caravanHandedOn";
  private static final String UPSTREAM_HEADERS = "caravanUpstreamHeaders";
  private static final String FORGET = "caravanForgetHeaders";
  private static final String REQUEST = "caravanRequest";
  private static final String FIGURES = "caravanQuotaFigures";
  private static final String ERRAND = "caravanErrand";
  private static final String FORETASTE = "caravanForetaste";
  private static final String DRY_RUN = "caravanDryRun";

  private Calls() {}

  /** Keeps what a surface has read, so that it is read once. */
  public static void read(Exchange exchange, ReadRequest request) {
    exchange.setProperty(REQUEST, request);
    exchange.getMessage().setBody(request.body());
  }

  /** Keeps the dialect as this one client speaks it. */
  public static void speaker(Exchange exchange, Dialect dialect) {
    exchange.setProperty(SPEAKER, dialect);
  }

  /** The dialect as this one client speaks it, null when it speaks as all do. */
  static @Nullable Dialect speaker(Exchange exchange) {
    return exchange.getProperty(SPEAKER, Dialect.class);
  }

  /** Lets the client see reasoning while the call may still go elsewhere. */
  public static void foretaste(Exchange exchange, Foretaste shown) {
    exchange.setProperty(FORETASTE, shown);
  }

  /** Who is shown reasoning before the answer begins, null for nobody. */
  static @Nullable Foretaste foretaste(Exchange exchange) {
    return exchange.getProperty(FORETASTE, Foretaste.class);
  }

  /** Makes the call one for something else than an answer. */
  public static void errand(Exchange exchange, Errand errand) {
    exchange.setProperty(ERRAND, errand);
  }

  /** What is asked for, null for an answer. */
  public static @Nullable Errand errand(Exchange exchange) {
    return exchange.getProperty(ERRAND, Errand.class);
  }

  /** Keeps the headers of the client that a provider of the same dialect has to see. */
  public static void handOn(Exchange exchange, Map<String, String> headers) {
    if (!headers.isEmpty()) {
      exchange.setProperty(HANDED_ON, headers);
    }
  }

  @SuppressWarnings("unchecked")
  static Map<String, String> handedOn(Exchange exchange) {
    Object headers = exchange.getProperty(HANDED_ON);
    return headers == null ? Map.of() : (Map<String, String>) headers;
  }

  /** The request as it stands now; read again when a step has changed the body. */
  public static ReadRequest request(Exchange exchange, Dialect dialect) {
    ReadRequest known = exchange.getProperty(REQUEST, ReadRequest.class);
    Object body = exchange.getMessage().getBody();
    if (known != null && known.body() == body) {
      return known;
    }
    byte[] bytes = exchange.getMessage().getBody(byte[].class);
    Errand errand = errand(exchange);
    Envelope envelope =
        errand == null ? dialect.readRequest(bytes) : dialect.readRequest(errand, bytes);
    ReadRequest fresh = new ReadRequest(bytes, envelope);
    exchange.setProperty(REQUEST, fresh);
    exchange.getMessage().setBody(bytes);
    return fresh;
  }

  /**
   * The call of an exchange; reading it before a surface has opened one is a mistake in a route.
   */
  public static Call of(Exchange exchange) {
    Call call = exchange.getVariable(CALL, Call.class);
    if (call == null) {
      throw new IllegalStateException(
          "route %s runs before a call was opened".formatted(exchange.getFromRouteId()));
    }
    return call;
  }

  /**
   * Makes an exchange a dry run: it goes the whole way, and neither takes a credential nor opens a
   * connection.
   */
  public static void markDryRun(Exchange exchange) {
    exchange.setProperty(DRY_RUN, true);
  }

  public static boolean isDryRun(Exchange exchange) {
    return exchange.getProperty(DRY_RUN) != null;
  }

  public static @Nullable Call find(Exchange exchange) {
    return exchange.getVariable(CALL, Call.class);
  }

  public static void open(Exchange exchange, Call call) {
    exchange.setVariable(CALL, call);
    exchange.setVariable(CLIENT, call.client());
    exchange.setVariable(STREAM, call.stream());
    exchange.setVariable(MODEL, call.requestedModel());
    routed(exchange, call);
  }

  /** Mirrors where the call goes now. */
  public static void routed(Exchange exchange, Call call) {
    ModelName model = call.model();
    if (model != null) {
      exchange.setVariable(PROVIDER, model.provider());
      exchange.setVariable(MODEL, model.toString());
    } else {
      exchange.setVariable(PROVIDER, "");
    }
  }

  /** Lends a credential to the next step, an attempt. */
  public static void attempt(Exchange exchange, int number, Secret secret) {
    exchange.setVariable(ATTEMPT, number);
    exchange.setVariable(CREDENTIAL, secret.fingerprint());
    exchange.setProperty(SECRET, secret);
  }

  /** The credential of the attempt that runs, null where a provider needs none. */
  public static @Nullable Secret secret(Exchange exchange) {
    Secret secret = exchange.getProperty(SECRET, Secret.class);
    return secret == null || (secret.reveal().isEmpty() && secret.account() == null)
        ? null
        : secret;
  }

  /** Keeps what the account of this attempt grants. */
  static void access(Exchange exchange, Access access) {
    exchange.setProperty(ACCESS, access);
  }

  /**
   * What the account of the attempt that runs grants; null when a key pays, and before the call is
   * made.
   */
  public static @Nullable Access access(Exchange exchange) {
    return exchange.getProperty(ACCESS, Access.class);
  }

  /** Fingerprint of the credential of the last attempt, empty before the first. */
  public static String credential(Exchange exchange) {
    return exchange.getVariable(CREDENTIAL, "", String.class);
  }

  /**
   * Adds headers to the next attempt.
   *
   * @param lines of {@code Name: value}; null for none
   */
  public static void upstreamHeaders(Exchange exchange, @Nullable String lines) {
    if (lines == null) {
      exchange.removeProperty(UPSTREAM_HEADERS);
    } else {
      exchange.setProperty(UPSTREAM_HEADERS, ExtraHeaders.read(lines));
    }
  }

  /** The headers to add, empty when there are none. */
  @SuppressWarnings("unchecked") // only set above
  static Map<String, String> upstreamHeaders(Exchange exchange) {
    Map<String, String> set = exchange.getProperty(UPSTREAM_HEADERS, Map.class);
    return set == null ? Map.of() : set;
  }

  /** Keeps what an answer has told of a quota, by headers or before its first word. */
  static void figures(Exchange exchange, QuotaFigures figures) {
    exchange.setProperty(FIGURES, figures);
  }

  /** What the answer has told of a quota, once; null when nothing. */
  public static @Nullable QuotaFigures takeFigures(Exchange exchange) {
    return (QuotaFigures) exchange.removeProperty(FIGURES);
  }

  /** Has the headers of the next attempt forgotten at its end, those of the answer among them. */
  public static void forgetHeadersAfterwards(Exchange exchange) {
    exchange.setProperty(FORGET, true);
  }

  private static void forgetHeaders(Message message) {
    Object type = message.getHeader(Exchange.CONTENT_TYPE);
    message.removeHeaders("*");
    message.setHeader(Exchange.CONTENT_TYPE, type);
  }

  public static void attemptOver(Exchange exchange) {
    Secret secret = (Secret) exchange.removeProperty(SECRET);
    if (secret != null && secret.account() != null) {
      exchange.removeProperty(ACCESS);
    }
    if (exchange.removeProperty(FORGET) != null) {
      forgetHeaders(exchange.getMessage());
    }
  }
}
