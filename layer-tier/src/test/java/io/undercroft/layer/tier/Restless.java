package io.undercroft.layer.tier;

import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Layer;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.tool.Tiers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** The layer, and above it somebody who moves what was written at once, mostly. */
final class Restless implements Layer {
  private final PluginContext context = new TiersInMemory();
  private final TierSettings settings =
      new TierSettings(
          Optional.of("warm"),
          Optional.of("cold"),
          RuleText.rules("cold if age > 10000d"),
          true,
          Optional.empty(),
          Duration.ofMinutes(1));
  private final TierLayer layer = new TierLayer(settings, context);

  @Override
  public Stage stage() {
    return Stage.TIER;
  }

  @Override
  public Facets apply(Facets below) {
    KeyValue hot = below.require(KeyValue.class);
    Colder colder = new Colder(settings, context);
    Usage usage = new Usage(context.clock(), false);
    Mover mover = new Mover(hot, new TieredKeyValue(hot, colder, usage, false, true), colder);
    return layer
        .apply(below)
        .map(KeyValue.class, above -> new Moving(above, mover))
        .map(Batch.class, above -> new MovingBatch(above, mover))
        .map(Commit.class, above -> new MovingCommit(above, mover));
  }

  private static void move(Mover mover, String key, EntryMeta meta) {
    Optional<String> target =
        switch (ThreadLocalRandom.current().nextInt(4)) {
          case 0 -> Optional.empty();
          case 1 -> Optional.of("warm");
          default -> Optional.of("cold");
        };
    if (target.isPresent()) {
      mover.move(new Tiers.Move(key, "hot", target, "restless"), meta.version());
    }
  }

  private record Moving(KeyValue above, Mover mover) implements KeyValue {
    @Override
    public Optional<StoredEntry> get(String key) {
      return above.get(key);
    }

    @Override
    public boolean has(String key) {
      return above.has(key);
    }

    @Override
    public PutResult put(String key, NewEntry entry, Precondition precondition) {
      PutResult result = above.put(key, entry, precondition);
      if (result instanceof PutResult.Written written) {
        move(mover, key, written.meta());
      }
      return result;
    }

    @Override
    public DeleteResult delete(String key, Precondition precondition) {
      return above.delete(key, precondition);
    }

    @Override
    public void clear() {
      above.clear();
    }

    @Override
    public long size() {
      return above.size();
    }

    @Override
    public Cursor<String> keys(String prefix, int pageSize) {
      return above.keys(prefix, pageSize);
    }

    @Override
    public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
      return above.scan(prefix, pageSize);
    }
  }

  private record MovingBatch(Batch above, Mover mover) implements Batch {
    @Override
    public Map<String, StoredEntry> getMany(Collection<String> keys) {
      return above.getMany(keys);
    }

    @Override
    public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
      Map<String, EntryMeta> written = above.putMany(entries);
      written.forEach((key, meta) -> move(mover, key, meta));
      return written;
    }

    @Override
    public long deleteMany(Collection<String> keys) {
      return above.deleteMany(keys);
    }
  }

  private record MovingCommit(Commit above, Mover mover) implements Commit {
    @Override
    public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
      CommitResult result = above.commit(checks, mutations);
      if (result instanceof CommitResult.Committed committed) {
        for (int i = 0; i < mutations.size(); i++) {
          String key = mutations.get(i).key();
          committed.results().get(i).meta().ifPresent(meta -> move(mover, key, meta));
        }
      }
      return result;
    }
  }

  /** Gives memory for the colder tiers, which forgets nothing by itself. */
  private static final class TiersInMemory implements PluginContext {
    private final Map<String, Facets> storages = new ConcurrentHashMap<>();

    @Override
    public Supplier<Facets> storage(String name) {
      return () ->
          storages.computeIfAbsent(
              name, fresh -> new MemoryPlugin().open(new Defaults(), this).facets());
    }

    @Override
    public String storage() {
      return "rooms";
    }

    @Override
    public Clock clock() {
      return Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    }

    @Override
    public Executor executor() {
      return Runnable::run;
    }

    @Override
    public ScheduledExecutorService scheduler() {
      throw new UnsupportedOperationException("nothing is scheduled");
    }

    @Override
    public ThreadFactory threads() {
      return Thread::new;
    }

    @Override
    public OptionalLong expectedSize() {
      return OptionalLong.empty();
    }

    @Override
    public AccessPattern accessPattern() {
      return AccessPattern.UNKNOWN;
    }
  }

  /** Every option as it is without being set. */
  private static final class Defaults implements Settings {
    @Override
    public <T> T get(Option<T> option) {
      return option.fallback().orElseThrow();
    }

    @Override
    public <T> Optional<T> find(Option<T> option) {
      return option.fallback();
    }
  }
}
