package io.undercroft.plugin.redis;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Queries;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.Support;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Queries by indexes: one script finds the keys, in one step, and which versions they had. Entries
 * that have another by the time they are read, and those that are odd to the index, are unsure, and
 * evaluated by the runtime. Without an index all is left over, and what an index finds too much of.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class RedisQueries implements Queries {
  /** So many are held at once. */
  private static final int MOST_FOUND = 1_000;

  /** So many may be odd to an index. */
  private static final int MOST_ODD = 100;

  /** How often a page of an order is asked for anew, because of writes between its two steps. */
  private static final int ATTEMPTS = 3;

  private static final int PAGE = 200;

  private final RedisIndexes indexes;
  private final RedisBatch batch;
  private final KeyValue entries;

  RedisQueries(RedisIndexes indexes, RedisBatch batch, KeyValue entries) {
    this.indexes = indexes;
    this.batch = batch;
    this.entries = entries;
  }

  /** What a script has found. */
  private record Keys(Map<String, String> versions, boolean more, List<String> odd) {}

  @Override
  public Answer query(Query query) {
    requireOpen();
    KnownIndexes known = space().shelf().current();
    Optional<RangePlan> plan = RangePlan.of(query, known);
    return plan.flatMap(way -> by(query, way, known))
        .orElseGet(() -> new Answer(scan(), query.where(), false, false));
  }

  void requireOpen() {
    if (space().server().isClosed()) {
      throw Failures.closed();
    }
  }

  private Space space() {
    return indexes.space();
  }

  private Optional<Answer> by(Query query, RangePlan plan, KnownIndexes known) {
    long most = most(query);
    for (int i = 0; plan.ordered() && most <= MOST_FOUND && i < ATTEMPTS; i++) {
      Keys keys = find(plan, known, (int) most);
      if (keys == null) {
        return Optional.empty();
      }
      List<Found> found = read(keys);
      long odd = found.stream().filter(Found::unsure).count();
      if (found.size() - odd == keys.versions().size()) { // none was changed or removed meanwhile
        indexes.hit(plan.index());
        return Optional.of(new Answer(new Once<>(found), plan.residual(), odd == 0, false));
      }
    }
    Keys keys = find(plan, known, MOST_FOUND);
    if (keys == null || keys.more()) {
      indexes.missed(plan.index());
      return Optional.empty();
    }
    indexes.hit(plan.index());
    return Optional.of(new Answer(later(keys), plan.residual(), false, false));
  }

  /** Returns how many results the limit is about, with those that are left out. */
  private static long most(Query query) {
    long most = query.limit().orElse(Long.MAX_VALUE) + query.offset();
    return most < 0 ? Long.MAX_VALUE : most;
  }

  /** Returns the keys; nothing if the indexes are others, or too many entries are odd to this. */
  private @Nullable Keys find(RangePlan plan, KnownIndexes known, int most) {
    Names names = space().names();
    List<byte[]> arguments =
        new ArrayList<>(
            List.of(
                known.epoch(),
                Writing.number(space().now()),
                Writing.number(most),
                Writing.number(MOST_ODD)));
    arguments.addAll(plan.bounds());
    byte[][] call =
        Script.FIND.call(
            List.of(
                names.index(plan.index().definition().name()),
                names.places(),
                names.deadlines(),
                names.indexes()),
            arguments);
    Object answer = space().server().read(connection -> Server.run(connection, call, Script.FIND));
    if (answer instanceof List<?> parts && !parts.isEmpty()) {
      if (parts.size() == 1) {
        space().shelf().refresh();
        return null;
      }
      if (parts.size() == 5
          && parts.get(2) instanceof List<?> found
          && parts.get(4) instanceof List<?> odd) {
        Map<String, String> versions = new LinkedHashMap<>();
        for (int i = 0; i + 1 < found.size(); i += 2) {
          versions.put(Names.text((byte[]) found.get(i)), Names.text((byte[]) found.get(i + 1)));
        }
        boolean more = parts.get(1).equals(1L);
        return parts.get(3).equals(1L)
            ? null
            : new Keys(versions, more, odd.stream().map(key -> Names.text((byte[]) key)).toList());
      }
    }
    throw Server.strange(answer);
  }

  private List<Found> read(Keys keys) {
    List<String> all = new ArrayList<>(keys.versions().keySet());
    all.addAll(keys.odd());
    List<Found> found = new ArrayList<>(all.size());
    batch.getMany(all).forEach((key, entry) -> found.add(found(key, entry, keys)));
    return found;
  }

  /** Reads them page by page, as they are asked for: there may be large ones among them. */
  private Cursor<Found> later(Keys keys) {
    List<String> all = new ArrayList<>(keys.versions().keySet());
    all.addAll(keys.odd());
    return new Reading(
        new EntryCursor(new Once<>(all), batch, PAGE),
        found -> found(found.key(), found.entry(), keys));
  }

  private static Found found(String key, StoredEntry entry, Keys keys) {
    boolean unsure = !entry.meta().version().equals(keys.versions().get(key));
    return new Found(key, entry, OptionalDouble.empty(), "", unsure);
  }

  private Cursor<Found> scan() {
    return new Reading(
        entries.scan("", PAGE),
        found -> new Found(found.key(), found.entry(), OptionalDouble.empty()));
  }

  private record Reading(Cursor<KeyedEntry> below, Function<KeyedEntry, Found> made)
      implements Cursor<Found> {
    @Override
    public List<Found> next() {
      return below.next().stream().map(made).toList();
    }

    @Override
    public void close() {
      below.close();
    }
  }

  /** A list that is handed out in one page. */
  private static final class Once<T> implements Cursor<T> {
    private List<T> left;

    Once(List<T> all) {
      this.left = all;
    }

    @Override
    public List<T> next() {
      List<T> page = left;
      left = List.of();
      return page;
    }

    @Override
    public void close() {
      left = List.of();
    }
  }

  /** How many entries lie in the ranges of a plan. */
  private record Counted(long found, long odd, long expired) {}

  private @Nullable Counted count(RangePlan plan, KnownIndexes known) {
    Names names = space().names();
    List<byte[]> arguments = new ArrayList<>(List.of(known.epoch(), Writing.number(space().now())));
    arguments.addAll(plan.bounds());
    byte[][] call =
        Script.COUNT.call(
            List.of(
                names.index(plan.index().definition().name()), names.deadlines(), names.indexes()),
            arguments);
    Object answer = space().server().read(connection -> Server.run(connection, call, Script.COUNT));
    if (answer instanceof List<?> parts
        && parts.size() == 4
        && parts.get(1) instanceof Long found
        && parts.get(2) instanceof Long odd
        && parts.get(3) instanceof Long expired) {
      return new Counted(found, odd, expired);
    }
    space().shelf().refresh();
    return null;
  }

  @Override
  public OptionalLong count(Optional<Condition> where) {
    requireOpen();
    if (where.isEmpty()) {
      return OptionalLong.empty();
    }
    KnownIndexes known = space().shelf().current();
    RangePlan plan = RangePlan.of(Query.where(where.get()), known).orElse(null);
    Counted counted = plan == null || plan.residual().isPresent() ? null : count(plan, known);
    if (plan == null || counted == null || counted.odd() > 0 || counted.expired() > 0) {
      return OptionalLong.empty();
    }
    indexes.hit(plan.index());
    return OptionalLong.of(counted.found());
  }

  /** Groups are made above, of what the leading conditions find. */
  @Override
  public Optional<Aggregated> aggregate(Pipeline pipeline) {
    requireOpen();
    return Optional.empty();
  }

  @Override
  public Explanation explain(Query query) {
    KnownIndexes known = space().shelf().refresh();
    RangePlan plan = RangePlan.of(query, known).orElse(null);
    Counted counted = plan == null ? null : count(plan, known);
    if (plan == null || counted == null) {
      return scanned(query, "every entry is read and evaluated");
    }
    String set = Names.text(space().names().index(plan.index().definition().name()));
    long most = most(query);
    boolean some = plan.ordered() && most <= MOST_FOUND;
    long found = some ? Math.min(most, counted.found()) : counted.found();
    String line =
        "ZRANGEBYLEX "
            + set
            + ", "
            + plan.bounds().size() / 2
            + (plan.bounds().size() == 2 ? " range" : " ranges")
            + ": "
            + counted.found()
            + " entries, of which "
            + found
            + " are read; "
            + counted.odd()
            + " are odd to the index, and looked at besides";
    if (found > MOST_FOUND || counted.odd() > MOST_ODD) {
      return scanned(query, line + "; that is too many: every entry is read and evaluated");
    }
    return new Explanation(
        Support.NATIVE,
        List.of(plan.index().definition().name()),
        plan.pushedDown(),
        plan.residual(),
        some && counted.odd() == 0,
        OptionalLong.of(found + counted.odd()),
        List.of(line));
  }

  private static Explanation scanned(Query query, String line) {
    return new Explanation(
        Support.EMULATED,
        List.of(),
        Optional.empty(),
        query.where(),
        false,
        OptionalLong.empty(),
        List.of(line));
  }
}
