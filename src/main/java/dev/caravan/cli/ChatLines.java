package dev.caravan.cli;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a response body, as they come. The client's own InputStream forgets what it holds
 * when the connection breaks; here every line is handed out before the failure is.
 */
@NullMarked
final class ChatLines {

  private sealed interface Item {}

  private record Line(String text) implements Item {}

  private record End() implements Item {}

  private record Broken(Throwable why) implements Item {}

  private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();

  ChatLines(Flow.Publisher<List<ByteBuffer>> body) {
    body.subscribe(BodySubscribers.fromLineSubscriber(new Receiver()));
  }

  /** The next line, null at the proper end of the body. Not to be called after that. */
  @Nullable String next() throws IOException, InterruptedException {
    return switch (items.take()) {
      case Line(String text) -> text;
      case End() -> null;
      case Broken(Throwable why) -> throw new IOException(why);
    };
  }

  /** All of the body that comes, whole or not. */
  String rest() throws InterruptedException {
    var text = new StringBuilder();
    try {
      for (String line = next(); line != null; line = next()) {
        text.append(line).append('\n');
      }
    } catch (IOException e) {
      return text.toString();
    }
    return text.toString();
  }

  private final class Receiver implements Flow.Subscriber<String> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
      items.add(new Line(line));
    }

    @Override
    public void onError(Throwable error) {
      items.add(new Broken(error));
    }

    @Override
    public void onComplete() {
      items.add(new End());
    }
  }
}
