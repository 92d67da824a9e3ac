package dev.caravan.provider.model;

import dev.caravan.provider.model.ModelInfo.Ability;
import dev.caravan.provider.model.ModelInfo.Modality;
import dev.caravan.provider.model.Price.Rates;
import dev.caravan.provider.model.Price.Step;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The table that comes in the jar, {@code model-info/snapshot.tsv.gz}, written by {@code
 * bench/model-snapshot}: a line a model, columns with tabs between them, prices in dollars for a
 * million tokens. docs/models.md tells the columns.
 *
 * @param date on which it was made
 * @param tables where its facts are from
 */
record Snapshot(String date, String tables, List<ModelInfo> models) {
  static final String SOURCE = "snapshot";
  private static final String RESOURCE = "/model-info/snapshot.tsv.gz";

  static Snapshot bundled() {
    try (InputStream file = Snapshot.class.getResourceAsStream(RESOURCE)) {
      if (file == null) {
        throw new IllegalStateException("class path: " + RESOURCE + " is missing");
      }
      return read(new GZIPInputStream(file, 8192));
    } catch (IOException e) {
      throw new UncheckedIOException("class path: " + RESOURCE + " cannot be read", e);
    }
  }

  static Snapshot read(InputStream text) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(text, StandardCharsets.ISO_8859_1));
    String[] head = String.valueOf(lines.readLine()).split("\t", -1);
    Reader reader = new Reader();
    List<ModelInfo> models = new ArrayList<>(4096);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      models.add(reader.model(line));
    }
    return new Snapshot(
        head.length > 1 ? head[1] : "", head.length > 2 ? head[2] : "", List.copyOf(models));
  }

  /** Sets and prices come again and again, so each is made once. */
  private static final class Reader {
    private final Map<String, Long> amounts = new HashMap<>();
    private final Map<String, Set<Modality>> modalities = new HashMap<>();
    private final Map<String, Set<Ability>> abilities = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final Map<Price, Price> prices = new HashMap<>();

    ModelInfo model(String line) {
      Columns columns = new Columns(line);
      String id = columns.next();
      Price price = new Price(rates(columns), null);
      long context = number(columns.next());
      long maxOutput = number(columns.next());
      Set<Ability> can =
          abilities.computeIfAbsent(columns.next(), s -> letters(s, Ability.class, a -> a.letter));
      Set<Modality> in = modalities(columns.next());
      Set<Modality> out = modalities(columns.next());
      String mode = text(columns.next());
      Step step = step(columns.next());
      if (step != null) {
        price = new Price(price.usual(), step);
      }
      Price same = prices.putIfAbsent(price, price);
      return new ModelInfo(
          id,
          "",
          same == null ? price : same,
          context,
          maxOutput,
          mode,
          in,
          out,
          can,
          text(columns.next()),
          text(columns.next()),
          SOURCE);
    }

    private Rates rates(Columns columns) {
      return new Rates(
          amount(columns.next()),
          amount(columns.next()),
          amount(columns.next()),
          amount(columns.next()));
    }

    private @Nullable Step step(String column) {
      if (column.isEmpty()) {
        return null;
      }
      String[] parts = column.split(":", -1);
      return new Step(
          number(parts[0]),
          new Rates(amount(parts[1]), amount(parts[2]), amount(parts[3]), amount(parts[4])));
    }

    private long amount(String dollars) {
      return dollars.isEmpty()
          ? Price.UNKNOWN
          : amounts.computeIfAbsent(dollars, d -> Price.perMillion(new BigDecimal(d)));
    }

    private Set<Modality> modalities(String column) {
      return modalities.computeIfAbsent(column, s -> letters(s, Modality.class, m -> m.letter));
    }

    private String text(String column) {
      return texts.computeIfAbsent(column, s -> s);
    }

    private static long number(String digits) {
      return digits.isEmpty() ? 0 : Long.parseLong(digits);
    }

    private static <E extends Enum<E>> Set<E> letters(
        String column, Class<E> kind, ToIntFunction<E> letter) {
      Set<E> all = EnumSet.noneOf(kind);
      for (E one : kind.getEnumConstants()) {
        if (column.indexOf(letter.applyAsInt(one)) >= 0) {
          all.add(one);
        }
      }
      return java.util.Collections.unmodifiableSet(all);
    }
  }

  /** The columns of a line; those that a line has not are empty. */
  private static final class Columns {
    private final String line;
    private int at;

    Columns(String line) {
      this.line = line;
    }

    String next() {
      if (at > line.length()) {
        return "";
      }
      int tab = line.indexOf('\t', at);
      int end = tab < 0 ? line.length() : tab;
      String column = line.substring(at, end);
      at = end + 1;
      return column;
    }
  }
}
