package dev.caravan.route;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.pool.Pool;
import dev.caravan.pool.PoolView;
import dev.caravan.pool.Pools;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Whether new calls are welcome, and what an operator should look at though they are (http-api.md
 * 17). Safe for any thread.
 */
public final class Readiness {
  private final BooleanSupplier draining;
  private final Pools pools;
  private volatile Supplier<Optional<String>> rejected = Optional::empty;

  /**
   * @param draining whether the gateway ends
   */
  public Readiness(BooleanSupplier draining, Pools pools) {
    this.draining = draining;
    this.pools = pools;
  }

  /**
   * From where to learn that the routes that serve are not those of the folder.
   *
   * @param edit says which edit was rejected, nothing when none was
   */
  public void routes(Supplier<Optional<String>> edit) {
    this.rejected = edit;
  }

  /**
   * One thing that is not as it should be.
   *
   * @param status {@code DOWN}, or a word for what does not keep calls away
   */
  private record Check(String name, String status, String detail) {
    boolean isDown() {
      return status.equals("DOWN");
    }
  }

  /**
   * An answer.
   *
   * @param json {@code {"status":"UP"}}, with {@code checks} of name, status and detail where
   *     something is not as it should be
   */
  record Answer(boolean up, String json) {}

  /**
   * Looks.
   *
   * @param strict whether some credential must be usable
   * @param detailed whether the asker may read details
   */
  Answer look(boolean strict, boolean detailed) {
    List<Check> checks = new ArrayList<>();
    if (draining.getAsBoolean()) {
      checks.add(new Check("draining", "DOWN", "the gateway ends"));
    }
    rejected.get().ifPresent(edit -> checks.add(new Check("routes", "STALE", edit)));
    if (strict && !isSomeCredentialUsable()) {
      checks.add(new Check("credentials", "DOWN", "no credential of any provider is usable now"));
    }
    boolean up = checks.stream().noneMatch(Check::isDown);
    return new Answer(up, json(up, checks, detailed));
  }

  private boolean isSomeCredentialUsable() {
    return pools.all().stream()
        .map(Pool::view)
        .flatMap(view -> view.credentials().stream())
        .anyMatch(
            credential ->
                credential.state() == PoolView.State.READY
                    || credential.state() == PoolView.State.BUSY);
  }

  private static String json(boolean up, List<Check> checks, boolean detailed) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JsonBytes.FACTORY.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("status", up ? "UP" : "DOWN");
      if (!checks.isEmpty()) {
        json.writeArrayFieldStart("checks");
        for (Check check : checks) {
          json.writeStartObject();
          json.writeStringField("name", check.name());
          json.writeStringField("status", check.status());
          if (detailed) {
            json.writeStringField("detail", check.detail());
          }
          json.writeEndObject();
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }
}
