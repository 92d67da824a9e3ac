package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.pool.Wish;
import org.apache.camel.Exchange;

/** What an exchange asks of the pool besides its model. */
final class Wishes {
  private static final String WISH = "caravanWish";

  private Wishes() {}

  static void set(Exchange exchange, Wish wish) {
    exchange.setProperty(WISH, wish);
  }

  /** What was set, else the next of the client's conversation. */
  static Wish of(Exchange exchange, Call call) {
    Wish set = exchange.getProperty(WISH, Wish.class);
    return set == null ? Wish.ofSession(call.session(), call.earlier()) : set;
  }
}
