package dev.caravan.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caravan.pool.Pool;
import dev.caravan.pool.PoolMemory;
import dev.caravan.pool.PoolState;
import dev.caravan.pool.PoolState.CredentialState;
import dev.caravan.pool.Pools;
import dev.caravan.pool.StateChange;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the pools and keeps what they know in a store.
 *
 * <p>A change costs a call a mark in a set. The writer's thread asks the pools, a moment later,
 * what is known by then of the credentials that are marked: so thousands of calls are one line,
 * lines may be lost or repeated without a wrong count, and nothing that the disk does reaches a
 * call.
 *
 * <p>Thread-safe.
 */
public final class PoolKeeper implements PoolMemory, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PoolKeeper.class);

  /** What the store knows of one provider, until its pool asks for it. */
  private static final class Kept {
    byte @Nullable [] shared;
    final Map<String, byte[]> credentials = new LinkedHashMap<>();
  }

  /** What has changed in one pool since the last write. */
  private static final class Marks {
    final Set<String> credentials = ConcurrentHashMap.newKeySet();

    /** As last written; for the writer's thread. */
    byte @Nullable [] shared;
  }

  private final Map<String, Kept> kept = new TreeMap<>();
  private final Map<String, Marks> marks = new ConcurrentHashMap<>();
  private final StateStore store;
  private final Pools pools;
  private final StateWriter writer;
  private final @Nullable UsageImport usage;
  private final UnaryOperator<String> mask;

  /**
   * Loads what the store has, and begins to follow.
   *
   * @param pools whose state it asks for
   * @param usage files of the reference implementation, null for none
   * @param mask hides the secrets in a text
   * @param alarm told when something was found damaged, and when writing begins to fail
   */
  public PoolKeeper(
      StateStore store,
      Pools pools,
      @Nullable UsageImport usage,
      UnaryOperator<String> mask,
      Consumer<StateHealth> alarm) {
    this(store, pools, usage, mask, alarm, StateWriter.Pace.USUAL);
  }

  PoolKeeper(
      StateStore store,
      Pools pools,
      @Nullable UsageImport usage,
      UnaryOperator<String> mask,
      Consumer<StateHealth> alarm,
      StateWriter.Pace pace) {
    this.store = store;
    this.pools = pools;
    this.usage = usage;
    this.mask = mask;
    StateStore.Loaded loaded = store.load();
    loaded.findings().forEach(LOG::warn);
    loaded.values().forEach(this::sort);
    this.writer = new StateWriter(store, this::changes, loaded.findings(), alarm, pace);
  }

  private void sort(String name, byte[] value) {
    if (usage != null && usage.isMark(name)) {
      return;
    }
    int slash = name.indexOf('/');
    Kept of = kept.computeIfAbsent(slash < 0 ? name : name.substring(0, slash), p -> new Kept());
    if (slash < 0) {
      of.shared = value;
    } else {
      of.credentials.put(URLDecoder.decode(name.substring(slash + 1), UTF_8), value);
    }
  }

  private static String name(String provider, String credential) {
    return provider + "/" + URLEncoder.encode(credential, UTF_8);
  }

  @Override
  public @Nullable Remembered load(String provider) {
    Kept found;
    synchronized (kept) {
      found = kept.remove(provider);
    }
    PoolState own = found == null ? null : read(provider, found);
    PoolState imported = usage == null ? null : usage.of(provider);
    PoolState state = merged(own, imported);
    if (state == null) {
      return null;
    }
    if (imported != null) {
      state.credentials().forEach(credential -> mark(provider, credential.id()));
    }
    return new Remembered(state, List.of());
  }

  private static @Nullable PoolState read(String provider, Kept found) {
    List<CredentialState> credentials = new ArrayList<>();
    found.credentials.forEach(
        (id, value) -> {
          try {
            credentials.add(StateJson.credential(id, value));
          } catch (IOException e) {
            LOG.warn("state: what was kept of a credential of {} cannot be read", provider);
          }
        });
    try {
      return StateJson.pool(provider, found.shared, credentials, System.currentTimeMillis());
    } catch (IOException e) {
      LOG.warn("state: what was kept of the pool of {} cannot be read", provider);
      return new PoolState(provider, 0, credentials, List.of(), List.of(), List.of());
    }
  }

  /** What is known by itself counts for more than what is taken over. */
  private static @Nullable PoolState merged(@Nullable PoolState own, @Nullable PoolState imported) {
    if (own == null || imported == null) {
      return own == null ? imported : own;
    }
    Map<String, CredentialState> byId = new LinkedHashMap<>();
    imported.credentials().forEach(credential -> byId.put(credential.id(), credential));
    own.credentials().forEach(credential -> byId.put(credential.id(), credential));
    return new PoolState(
        own.provider(),
        own.at(),
        List.copyOf(byId.values()),
        own.cycles().isEmpty() ? imported.cycles() : own.cycles(),
        own.throttles(),
        own.pins());
  }

  /**
   * Reads what is kept of a pool and takes it in: the higher counts and the later ends of both, so
   * that nothing is lost that is not written yet.
   *
   * @param credentials ids of those that are meant, null for all
   * @param replace whether what is kept counts in place of what is known; of the whole pool only
   */
  public void reload(Pool pool, @Nullable List<String> credentials, boolean replace) {
    String provider = pool.provider();
    Kept found = new Kept();
    store
        .reread()
        .forEach(
            (name, value) -> {
              if (name.equals(provider)) {
                found.shared = value;
              } else if (name.startsWith(provider + "/")) {
                String id = URLDecoder.decode(name.substring(provider.length() + 1), UTF_8);
                if (credentials == null || credentials.contains(id)) {
                  found.credentials.put(id, value);
                }
              }
            });
    PoolState state = merged(read(provider, found), usage == null ? null : usage.of(provider));
    if (state == null) {
      return;
    }
    if (replace && credentials == null && !found.credentials.isEmpty()) {
      pool.replace(state);
    } else {
      pool.merge(state);
    }
    state.credentials().forEach(credential -> mark(provider, credential.id()));
  }

  @Override
  public void changed(StateChange change) {
    switch (change) {
      case StateChange.Note note -> {}
      case StateChange.OfCredential of -> mark(of.provider(), of.credential());
      default -> mark(change.provider(), "");
    }
  }

  private void mark(String provider, String credential) {
    Marks of = marks.get(provider);
    if (of == null) {
      of = marks.computeIfAbsent(provider, p -> new Marks());
    }
    of.credentials.add(credential);
    writer.wake();
  }

  private Map<String, byte @Nullable []> changes() {
    Map<String, byte @Nullable []> values = new LinkedHashMap<>();
    marks.forEach(
        (provider, marked) -> {
          Pool pool = pools.find(provider);
          if (pool == null || marked.credentials.isEmpty()) {
            return;
          }
          List<String> ids = new ArrayList<>(marked.credentials);
          // before the pool is asked: what changes meanwhile is marked anew
          ids.forEach(marked.credentials::remove);
          try {
            PoolState state = pool.state(ids);
            for (CredentialState credential : state.credentials()) {
              values.put(
                  name(provider, credential.id()),
                  MaskedJson.of(StateJson.credential(credential), mask));
            }
            byte[] shared = MaskedJson.of(StateJson.shared(state), mask);
            if (!Arrays.equals(shared, marked.shared)) {
              values.put(provider, shared);
              marked.shared = shared;
            }
          } catch (RuntimeException e) {
            marked.credentials.addAll(ids);
            throw e;
          }
        });
    if (usage != null) {
      values.putAll(usage.done());
    }
    return values;
  }

  /** Whether it would all survive a restart now. */
  public StateHealth health() {
    return writer.health();
  }

  /** Writes what is left, and ends. */
  @Override
  public void close() {
    writer.close();
  }
}
