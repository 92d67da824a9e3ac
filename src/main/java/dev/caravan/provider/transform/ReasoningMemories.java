package dev.caravan.provider.transform;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/** One {@link ReasoningMemory} a provider; they outlive the routes. Thread-safe. */
public final class ReasoningMemories {
  private final Function<String, ReasoningMemory> make;
  private final ConcurrentMap<String, ReasoningMemory> byProvider = new ConcurrentHashMap<>();

  /**
   * None yet.
   *
   * @param make a new one for a provider
   */
  public ReasoningMemories(Function<String, ReasoningMemory> make) {
    this.make = make;
  }

  /** That of a provider, which reads its file when it is first asked. */
  public ReasoningMemory of(String provider) {
    return byProvider.computeIfAbsent(provider, make);
  }

  /** Writes what has not been written yet. */
  public void write() {
    byProvider.values().forEach(ReasoningMemory::write);
  }
}
