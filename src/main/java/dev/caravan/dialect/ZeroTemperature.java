package dev.caravan.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.config.Choice.TemperatureZero;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of a temperature of exactly zero, at which several models invent tool calls
 * (providers.md 3.2): it stays, goes, or becomes 1.0. Holds for every dialect: {@code temperature}
 * stands at the top of a request, in Gemini's dialect in its {@code generationConfig}. Immutable
 * and thread-safe.
 */
public final class ZeroTemperature {
  private static final byte[] ONE = "1.0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = new byte[0];

  private final TemperatureZero fate;

  public ZeroTemperature(TemperatureZero fate) {
    this.fate = fate;
  }

  /**
   * A request as it goes on.
   *
   * @return the same array when there is nothing to change; what is no JSON is left to its dialect
   */
  public byte[] applied(byte[] body) {
    if (fate == TemperatureZero.FALSE) {
      return body;
    }
    List<Splice> splices = new ArrayList<>(1);
    try (JsonParser json = JsonBytes.parse(body, 0, body.length)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        new Members(json, JsonBytes.markLength(body), splices).look(true);
      }
    } catch (IOException e) {
      return body;
    }
    return splices.isEmpty() ? body : Splice.join(Splice.apply(body, 0, splices));
  }

  private final class Members {
    private final JsonParser json;
    private final int mark;
    private final List<Splice> splices;

    Members(JsonParser json, int mark, List<Splice> splices) {
      this.json = json;
      this.mark = mark;
      this.splices = splices;
    }

    /** The comma before a member goes with it, or the one behind it where it is the first. */
    void look(boolean top) throws IOException {
      int keptEnd = -1;
      int cutFrom = -1;
      int cutEnd = -1;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        int nameAt = start();
        if (cutFrom >= 0) {
          splices.add(new Splice(cutFrom, nameAt, NOTHING));
          cutFrom = -1;
        }
        JsonToken value = json.nextToken();
        int valueAt = start();
        boolean zero =
            name.equals("temperature") && value.isNumeric() && json.getDoubleValue() == 0;
        if (top && value == JsonToken.START_OBJECT && isGeneration(name)) {
          look(false);
        } else {
          json.skipChildren();
        }
        json.finishToken();
        int end = (int) json.currentLocation().getByteOffset() + mark;
        if (!zero) {
          keptEnd = end;
        } else if (fate == TemperatureZero.SET) {
          splices.add(new Splice(valueAt, end, ONE));
          keptEnd = end;
        } else if (keptEnd >= 0) {
          splices.add(new Splice(keptEnd, end, NOTHING));
          keptEnd = end;
        } else {
          cutFrom = nameAt;
          cutEnd = end;
        }
      }
      if (cutFrom >= 0) {
        splices.add(new Splice(cutFrom, cutEnd, NOTHING));
      }
    }

    private static boolean isGeneration(String name) {
      return name.equals("generationConfig") || name.equals("generation_config");
    }

    private int start() {
      return (int) json.currentTokenLocation().getByteOffset() + mark;
    }
  }
}
