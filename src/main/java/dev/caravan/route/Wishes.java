package dev.caravan.route;

import dev.caravan.pool.Wish;
import org.apache.camel.Exchange;

/** What an exchange asks of the pool besides its model. */
final class Wishes {
  private static final String WISH = "caravanWish";

  private Wishes() {}

  static void set(Exchange exchange, Wish wish) {
    exchange.setProperty(WISH, wish);
  }

  static Wish of(Exchange exchange) {
    return exchange.getProperty(WISH, Wish.NONE, Wish.class);
  }
}
