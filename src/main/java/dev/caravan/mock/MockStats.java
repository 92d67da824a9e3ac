package dev.caravan.mock;

import java.util.Map;

/**
 * What the mock has seen since its start or last reset; a picture of one moment, immutable.
 *
 * @param total requests to the provider's endpoints
 * @param streams of them answered as event streams
 * @param chunks events that carried reasoning, content or a tool call
 * @param inFlight requests that wait for their answer's end
 * @param maxInFlight the most of them at a time
 * @param openConnections of TCP
 * @param connections ever accepted
 * @param aborted requests whose client left before the answer's end
 * @param perKey requests by the text of the API key, {@code (none)} without one
 * @param perModel requests by the model's name
 * @param perStatus answers by HTTP status
 */
public record MockStats(
    long total,
    long streams,
    long chunks,
    int inFlight,
    int maxInFlight,
    int openConnections,
    long connections,
    long aborted,
    Map<String, Long> perKey,
    Map<String, Long> perModel,
    Map<Integer, Long> perStatus) {

  public MockStats {
    perKey = Map.copyOf(perKey);
    perModel = Map.copyOf(perModel);
    perStatus = Map.copyOf(perStatus);
  }

  /** Requests with this key. */
  public long ofKey(String key) {
    return perKey.getOrDefault(key, 0L);
  }

  /** Requests for this model. */
  public long ofModel(String model) {
    return perModel.getOrDefault(model, 0L);
  }

  /** Answers with this status. */
  public long ofStatus(int status) {
    return perStatus.getOrDefault(status, 0L);
  }
}
