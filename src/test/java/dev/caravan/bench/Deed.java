package dev.caravan.bench;

import dev.caravan.bench.Ending.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A way in which a client of the soak asks.
 *
 * @param share of a thousand requests
 * @param model with its provider; its words are drills of the mock
 * @param chunks of the stream that is right, 0 for a plain answer
 * @param prompt characters
 * @param leaves when the client goes away
 * @param allowed how it may end
 */
record Deed(
    String name,
    int share,
    String model,
    int chunks,
    int prompt,
    Leaves leaves,
    Set<Kind> allowed) {

  /** When a client goes away. */
  enum Leaves {
    AT_THE_END,
    /** With half of its request sent. */
    IN_ITS_REQUEST,
    /** Before the answer begins. */
    BEFORE_THE_ANSWER,
    /** After some chunks. */
    IN_THE_ANSWER
  }

  // provider mock has good keys alone, provider drill some that fail now and then
  private static final List<Deed> ALL =
      List.of(
          plain("plain", 415, "mock/mock-1", Kind.RIGHT),
          stream("stream", 380, "mock/mock-20x0ms", 20, Kind.RIGHT),
          stream("paced stream", 40, "mock/mock-5x2ms", 5, Kind.RIGHT),
          new Deed(
              "long prompt", 10, "mock/mock-1", 0, 100_000, Leaves.AT_THE_END, Set.of(Kind.RIGHT)),
          plain("invented model", 5, "mock/mock-made-up-u%d", Kind.RIGHT),
          plain("bad keys, plain", 50, "drill/mock-1", Kind.RIGHT),
          stream("bad keys, stream", 50, "drill/mock-20x0ms", 20, Kind.RIGHT, Kind.TOLD),
          plain("context too long", 4, "mock/mock-ctx", Kind.REFUSED),
          plain("status 500", 3, "mock/mock-500-%d", Kind.REFUSED),
          stream("status 503", 3, "mock/mock-503-%d", 50, Kind.REFUSED),
          plain("limited", 3, "mock/mock-rl1-%d", Kind.REFUSED),
          plain("page of HTML", 2, "mock/mock-html-%d", Kind.REFUSED),
          plain("garbage", 2, "mock/mock-garbage-%d", Kind.REFUSED),
          plain("closed without a byte", 3, "mock/mock-gone-%d", Kind.REFUSED),
          stream("empty stream", 2, "mock/mock-empty-%d", 50, Kind.REFUSED),
          stream("cut before content", 4, "mock/mock-drop0-%d", 50, Kind.REFUSED),
          stream("error before content", 4, "mock/mock-err0-%d", 50, Kind.REFUSED),
          stream("cut after 3 chunks", 4, "mock/mock-drop3", 50, Kind.TOLD, Kind.REFUSED),
          stream("error after 3 chunks", 4, "mock/mock-err3", 50, Kind.TOLD, Kind.REFUSED),
          leaves("leaves in its request", 3, "mock/mock-1", Leaves.IN_ITS_REQUEST),
          leaves("leaves before the answer", 4, "mock/mock-ttft200", Leaves.BEFORE_THE_ANSWER),
          leaves("leaves in a stream", 5, "mock/mock-200x5ms", Leaves.IN_THE_ANSWER));

  /** What clients ask that wait for others, besides the deeds that have numbers. */
  static final Deed MEANWHILE = plain("plain, while others end", 0, "mock/mock-1", Kind.RIGHT);

  // few enough names that what is remembered of each is there soon
  private static final int NAMES = 12;

  static {
    int shares = ALL.stream().mapToInt(Deed::share).sum();
    if (shares != 1000) {
      throw new IllegalStateException("the shares make " + shares);
    }
  }

  private static Deed plain(String name, int share, String model, Kind... allowed) {
    return stream(name, share, model, 0, allowed);
  }

  private static Deed stream(String name, int share, String model, int chunks, Kind... allowed) {
    return new Deed(name, share, model, chunks, 100, Leaves.AT_THE_END, some(allowed));
  }

  private static Deed leaves(String name, int share, String model, Leaves when) {
    return new Deed(name, share, model, 200, 4_000, when, Set.of(Kind.LEFT));
  }

  private static Set<Kind> some(Kind... kinds) {
    return EnumSet.copyOf(Arrays.asList(kinds));
  }

  /** The deed of the request with that number; always the same one. */
  static Deed of(long number) {
    SplittableRandom random = new SplittableRandom(number);
    int point = random.nextInt(1000);
    List<Deed> left = new ArrayList<>(ALL);
    while (point >= left.getFirst().share) {
      point -= left.removeFirst().share;
    }
    return left.getFirst();
  }

  boolean isStream() {
    return chunks > 0;
  }

  /** The request of that number. */
  byte[] request(Address to, long number) {
    long suffix = name.startsWith("invented") ? number : Math.floorMod(number, NAMES);
    return Client.chat(to, model.formatted(suffix), isStream(), prompt);
  }
}
