package dev.caravan.route;

import dev.caravan.call.Outcome;
import dev.caravan.call.Usage;
import dev.caravan.pool.Lease;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/**
 * An answer of a provider template that does not use {@code upstream:}, such as one with {@code
 * http:}. Its lease ends when it has been read to its end, or was closed before.
 */
final class LeasedInputStream extends FilterInputStream {
  private final Lease lease;
  private final Consumer<Outcome> ended;
  private final Runnable completions;
  private boolean told;
  private boolean closed;

  /**
   * @param ended told once how it went
   * @param completions run once, when it is closed
   */
  LeasedInputStream(InputStream in, Lease lease, Consumer<Outcome> ended, Runnable completions) {
    super(in);
    this.lease = lease;
    this.ended = ended;
    this.completions = completions;
  }

  @Override
  public int read() throws IOException {
    return seen(super.read());
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return seen(super.read(bytes, offset, length));
  }

  private int seen(int result) {
    if (result < 0) {
      tell(new Outcome.Succeeded(Usage.NONE));
    } else {
      lease.renew();
    }
    return result;
  }

  @Override
  public void close() throws IOException {
    tell(new Outcome.Cancelled(Usage.NONE));
    if (!closed) {
      closed = true;
      super.close();
      completions.run();
    }
  }

  private synchronized void tell(Outcome outcome) {
    if (!told) {
      told = true;
      ended.accept(outcome);
    }
  }
}
