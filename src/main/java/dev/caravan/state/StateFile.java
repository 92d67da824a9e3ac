package dev.caravan.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of the state folder by its name, {@code pools-17.snapshot} or {@code pools-17.journal},
 * and the reading of it. A snapshot holds everything; the journal of the same number what came
 * after.
 */
record StateFile(Path path, Kind kind, long number) {
  static final int VERSION = 1;
  private static final String MAGIC = "caravan-state";
  private static final String END = "end";
  private static final int LONGEST_LINE = 16 << 20;
  private static final Pattern NAME = Pattern.compile("pools-(\\d{1,18})\\.(snapshot|journal)");
  private static final Pattern HEADER = Pattern.compile(MAGIC + " (\\d{1,9}) (snapshot|journal)");

  enum Kind {
    SNAPSHOT,
    JOURNAL;

    String word() {
      return this == SNAPSHOT ? "snapshot" : "journal";
    }
  }

  /** How much of a file could be read. */
  enum Condition {
    WHOLE,
    /** It ends in the middle of a line, as after a kill: all before is good. */
    TORN,
    /** Some lines are damaged, or the end of a snapshot is missing. */
    CORRUPT,
    /** Not of this program. */
    FOREIGN,
    /** Of a later version of this program. */
    FUTURE,
    UNREADABLE
  }

  /** The good lines of a file, in order. */
  record Content(Condition condition, List<StateLine> lines, int damaged) {}

  static @Nullable StateFile of(Path path) {
    Matcher name = NAME.matcher(String.valueOf(path.getFileName()));
    if (!name.matches()) {
      return null;
    }
    Kind kind = name.group(2).equals("snapshot") ? Kind.SNAPSHOT : Kind.JOURNAL;
    return new StateFile(path, kind, Long.parseLong(name.group(1)));
  }

  static StateFile in(Path folder, Kind kind, long number) {
    return new StateFile(
        folder.resolve("pools-%d.%s".formatted(number, kind.word())), kind, number);
  }

  byte[] header() {
    return "%s %d %s%n".formatted(MAGIC, VERSION, kind.word()).replace("\r", "").getBytes(UTF_8);
  }

  static byte[] end(int count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(32);
    new StateLine(END, Integer.toString(count).getBytes(UTF_8)).writeTo(out);
    return out.toByteArray();
  }

  Content read() {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
      return read(in);
    } catch (IOException | OutOfMemoryError e) {
      return new Content(Condition.UNREADABLE, List.of(), 0);
    }
  }

  private Content read(InputStream in) throws IOException {
    Lines lines = new Lines(in);
    byte[] first = lines.next();
    if (first == null || (lines.torn && isBegunHeader(first))) {
      return new Content(Condition.TORN, List.of(), 0);
    }
    Matcher header = HEADER.matcher(new String(first, 0, Math.min(first.length, 80), UTF_8));
    if (!header.matches() || !header.group(2).equals(kind.word())) {
      return new Content(Condition.FOREIGN, List.of(), 0);
    }
    if (Integer.parseInt(header.group(1)) > VERSION) {
      return new Content(Condition.FUTURE, List.of(), 0);
    }
    List<StateLine> good = new ArrayList<>();
    int damaged = 0;
    boolean lastIsDamaged = false;
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      StateLine parsed = lines.torn ? null : StateLine.parse(line);
      lastIsDamaged = parsed == null;
      if (parsed == null) {
        damaged++;
      } else {
        good.add(parsed);
      }
    }
    if (kind == Kind.SNAPSHOT) {
      boolean complete = !good.isEmpty() && isEnd(good.getLast(), good.size() - 1 + damaged);
      good.removeIf(line -> line.name().equals(END));
      return new Content(
          complete && damaged == 0 ? Condition.WHOLE : Condition.CORRUPT, good, damaged);
    }
    // a kill cuts the last line and no other
    if (damaged == 0) {
      return new Content(Condition.WHOLE, good, 0);
    }
    boolean torn = damaged == 1 && lastIsDamaged;
    return new Content(torn ? Condition.TORN : Condition.CORRUPT, good, damaged);
  }

  private boolean isBegunHeader(byte[] text) {
    return new String(header(), UTF_8).startsWith(new String(text, UTF_8));
  }

  private static boolean isEnd(StateLine line, int count) {
    byte[] value = line.value();
    return line.name().equals(END)
        && value != null
        && new String(value, UTF_8).equals(Integer.toString(count));
  }

  /** Cuts a stream into lines; what stands behind the last line break is a torn one. */
  private static final class Lines {
    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    boolean torn;

    Lines(InputStream in) {
      this.in = in;
    }

    byte @Nullable [] next() throws IOException {
      line.reset();
      int length = 0;
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n') {
          return line.toByteArray();
        }
        // a longer one is damaged anyway
        if (length++ < LONGEST_LINE) {
          line.write(b);
        }
      }
      torn = length > 0;
      return torn ? line.toByteArray() : null;
    }
  }
}
