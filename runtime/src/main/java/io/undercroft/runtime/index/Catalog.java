package io.undercroft.runtime.index;

import io.undercroft.runtime.index.Held.Item;
import io.undercroft.runtime.query.Candidates;
import io.undercroft.runtime.query.Documents;
import io.undercroft.runtime.query.Evaluation;
import io.undercroft.runtime.query.Fields;
import io.undercroft.runtime.query.Path;
import io.undercroft.runtime.query.Place;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Queries;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The indexes that the runtime keeps for one storage.
 *
 * <p>They are held in memory. What is written through this process is in them when the write
 * returns; what others write, once the backend has told of it. After an opening they are built by
 * the first query, or, where one is unique, before the first write; so they are after changes that
 * nobody could tell one by one. While an index is being built, queries scan.
 *
 * <p>A query looks at what the indexes held when it began, and reads each entry that it is led to:
 * one that was written meanwhile is evaluated as it is now. A value that cannot be read as a
 * document is looked at by every query, which fails on it as a scan would.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
public final class Catalog implements Candidates, Indexes, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);
  private static final int PAGE = 500;
  private static final int MOST_INDEXES = 64;
  private static final int MOST_DIRTY = 10_000;
  private static final int MOST_NEAREST = 1_000;
  private static final int MOST_BUILDS = 10;
  private static final int MOST_LOOKS = 100;
  private static final int FEW = 8;

  private final String storage;
  private final KeyValue entries;
  private final Documents documents;
  private final Clock clock;
  private final Turns turns;
  private final Optional<Changes> changes;
  private final IndexHome home;

  /** Held while indexes are built, created and dropped. */
  private final ReentrantLock changing = new ReentrantLock();

  /** Keys that may be other than the indexes say. */
  private final Set<String> dirty = ConcurrentHashMap.newKeySet();

  private final ConcurrentSkipListSet<Due> due =
      new ConcurrentSkipListSet<>(Comparator.comparing(Due::at).thenComparing(Due::key));

  /** Changes of the indexes that began, and that ended: where both agree, none is ahead. */
  private final AtomicLong begun = new AtomicLong();

  private final AtomicLong ended = new AtomicLong();

  private volatile All all;
  private volatile boolean stale;
  private volatile boolean closed;
  private @Nullable Subscription subscription;
  private boolean takingTurns;

  private record Due(Instant at, String key) {}

  /**
   * The indexes at one moment.
   *
   * @param known all of them, by name
   * @param kept those that writes keep up
   * @param fields what these need of documents
   */
  private record All(List<Kept> known, List<Kept> kept, Fields fields) {
    boolean lacksUnique() {
      return known.stream().anyMatch(one -> one.definition().unique() && !kept.contains(one));
    }
  }

  /**
   * Reads the definitions; builds nothing yet.
   *
   * @param entries the live entries, as they are read and written below the indexes
   * @param changes tells of what others write, if there may be others
   */
  public Catalog(
      String storage,
      KeyValue entries,
      Documents documents,
      Clock clock,
      Turns turns,
      Optional<Changes> changes,
      IndexHome home) {
    this.storage = storage;
    this.entries = entries;
    this.documents = documents;
    this.clock = clock;
    this.turns = turns;
    this.changes = changes;
    this.home = home;
    List<Kept> known = new ArrayList<>();
    home.definitions()
        .map(document -> Definitions.read(document, documents, storage))
        .orElse(List.of())
        .forEach(definition -> known.add(new Kept(definition)));
    this.all = all(known, List.of());
  }

  private All all(List<Kept> known, List<Kept> kept) {
    List<Path> paths = kept.stream().flatMap(one -> one.shape.paths.stream()).toList();
    return new All(List.copyOf(known), List.copyOf(kept), new Fields(documents, paths));
  }

  // ---- the facet

  @Override
  public void create(IndexDefinition index) {
    check(index);
    changing.lock();
    try {
      for (Kept one : all.known()) {
        if (one.name().equals(index.name())) {
          requireEqual(one.definition(), index);
          return;
        }
      }
      if (all.known().size() >= MOST_INDEXES) {
        throw StorageException.of(
            ErrorCode.QUOTA_EXCEEDED,
            "storage '%s' has %d indexes already, and more are not possible; drop one"
                .formatted(storage, MOST_INDEXES));
      }
      buildMissing();
      Kept fresh = new Kept(index);
      try {
        build(List.of(fresh), true);
        List<Kept> known = new ArrayList<>(all.known());
        home.keepDefinitions(
            Definitions.write(known.stream().map(Kept::definition).toList(), documents));
        fresh.use();
      } catch (RuntimeException | Error e) {
        forget(fresh);
        throw e;
      }
    } finally {
      changing.unlock();
    }
  }

  private void check(IndexDefinition index) {
    boolean ordered = index.type() == IndexDefinition.Type.ORDERED;
    boolean fulltext = index.type() == IndexDefinition.Type.FULLTEXT;
    boolean spatial = index.type() == IndexDefinition.Type.SPATIAL;
    if (!ordered && !fulltext && index.fields().size() > 1) {
      throw refused(
          index,
          "names %d fields; name one%s"
              .formatted(index.fields().size(), spatial ? "" : ", or take ORDERED"));
    }
    if ((fulltext || spatial) && index.unique()) {
      throw refused(index, "cannot be unique; only ORDERED and HASH can");
    }
    if ((fulltext || spatial) && index.fields().stream().anyMatch(Order::descending)) {
      throw refused(index, "has no order, so that no field of it can be descending");
    }
    long different = index.fields().stream().map(field -> field.field()).distinct().count();
    if (different < index.fields().size()) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "index '%s' names a field twice; name each once".formatted(index.name()));
    }
  }

  private static StorageException refused(IndexDefinition index, String why) {
    return StorageException.of(
        ErrorCode.INVALID_QUERY,
        "index '%s' is of the kind %s and %s".formatted(index.name(), index.type(), why));
  }

  private void requireEqual(IndexDefinition there, IndexDefinition wanted) {
    if (!there.equals(wanted)) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "storage '%s' has an index '%s' with another definition: %s; drop it first, or take another name"
              .formatted(storage, there.name(), there));
    }
  }

  @Override
  public boolean drop(String name) {
    changing.lock();
    try {
      for (Kept one : all.known()) {
        if (one.name().equals(name)) {
          List<IndexDefinition> rest =
              all.known().stream().filter(other -> other != one).map(Kept::definition).toList();
          home.keepDefinitions(Definitions.write(rest, documents));
          forget(one);
          return true;
        }
      }
      return false;
    } finally {
      changing.unlock();
    }
  }

  private void forget(Kept gone) {
    List<Kept> known = all.known().stream().filter(one -> one != gone).toList();
    List<Kept> kept = all.kept().stream().filter(one -> one != gone).toList();
    all = all(known, kept);
    if (kept.isEmpty()) {
      rest();
    }
  }

  @Override
  public List<IndexInfo> list() {
    settle(Integer.MAX_VALUE);
    return all.known().stream().map(Kept::info).toList();
  }

  // ---- building

  /** Builds what is not there, unless somebody else is at it. */
  private void buildSoon() {
    renewBroken();
    boolean missing = stale || all.kept().size() < all.known().size();
    if (missing && !closed && changing.tryLock()) {
      try {
        buildMissing();
      } finally {
        changing.unlock();
      }
    }
  }

  private void renewBroken() {
    if (all.kept().stream().anyMatch(Kept::isBroken)) {
      uncertain();
    }
  }

  /** Returns whether a write must wait for {@link #buildNow}: a unique index is not there. */
  public boolean mustBuild() {
    All now = all;
    return !now.known().isEmpty() && (now.lacksUnique() || (stale && hasUnique(now)));
  }

  private static boolean hasUnique(All now) {
    return now.known().stream().anyMatch(one -> one.definition().unique());
  }

  /** Builds what is not there. */
  public void buildNow() {
    changing.lock();
    try {
      buildMissing();
    } finally {
      changing.unlock();
    }
  }

  private void buildMissing() {
    if (stale) {
      stale = false;
      all = all(all.known().stream().map(Kept::emptied).toList(), List.of());
    }
    List<Kept> missing = all.known().stream().filter(one -> !all.kept().contains(one)).toList();
    if (missing.isEmpty()) {
      return;
    }
    try {
      build(missing, false);
      missing.forEach(Kept::use);
    } catch (RuntimeException | Error e) {
      all = all(all.known(), all.kept().stream().filter(one -> !missing.contains(one)).toList());
      throw e;
    }
  }

  /**
   * Fills indexes while writes go on: first these keep them up, then a scan adds what was there.
   *
   * @param created whether they are new: then what they do not allow, and what cannot be read, is
   *     refused
   */
  private void build(List<Kept> fresh, boolean created) {
    take();
    List<Kept> known = new ArrayList<>(all.known());
    List<Kept> kept = new ArrayList<>(all.kept());
    for (Kept one : fresh) {
      if (!known.contains(one)) {
        known.add(one);
      }
      kept.add(one);
    }
    all = all(known, kept);
    turns.alone(() -> {}); // who began to write before knows nothing of them
    Fields fields =
        new Fields(documents, fresh.stream().flatMap(one -> one.shape.paths.stream()).toList());
    int clears = fresh.get(0).clears();
    try (Cursor<KeyedEntry> scan = entries.scan("", PAGE)) {
      for (List<KeyedEntry> page = scan.next(); !page.isEmpty(); page = scan.next()) {
        fill(fresh, page, fields, created, clears);
        if (clears != fresh.get(0).clears()) { // everything was removed since
          page.forEach(found -> dirty.add(found.key()));
        }
      }
    }
    turns.alone(() -> fresh.forEach(one -> enforce(one, created)));
  }

  private void fill(
      List<Kept> fresh, List<KeyedEntry> page, Fields fields, boolean created, int clears) {
    List<List<Held>> held = hold(fresh, page, fields, created);
    turns.during(page.stream().map(KeyedEntry::key).toList(), () -> add(fresh, held, clears));
  }

  private void add(List<Kept> fresh, List<List<Held>> held, int clears) {
    for (List<Held> ofOne : held) {
      for (int i = 0; i < fresh.size(); i++) {
        note(ofOne.get(i));
        fresh.get(i).fill(ofOne.get(i), clears);
      }
    }
  }

  private List<List<Held>> hold(
      List<Kept> fresh, List<KeyedEntry> page, Fields fields, boolean created) {
    List<List<Held>> all = new ArrayList<>(page.size());
    for (KeyedEntry found : page) {
      EntryMeta meta = found.entry().meta();
      List<Held> held;
      try {
        held = hold(fresh, found.key(), fields.read(found.entry()));
      } catch (StorageException e) {
        if (created) {
          throw unreadable(fresh.get(0), found.key(), e);
        }
        held = loose(fresh, found.key());
      }
      held.forEach(one -> one.as(meta.version(), meta.expires()));
      all.add(held);
    }
    return all;
  }

  private static List<Held> hold(List<Kept> indexes, String key, Map<?, ?> document) {
    List<Held> held = new ArrayList<>(indexes.size());
    for (Kept one : indexes) {
      held.add(one.shape.hold(key, document));
    }
    return held;
  }

  private static List<Held> loose(List<Kept> indexes, String key) {
    return indexes.stream().map(one -> Held.loose(key)).toList();
  }

  private StorageException unreadable(Kept index, String key, StorageException cause) {
    return StorageException.of(
            cause.code(),
            "index '%s' of storage '%s' cannot be created: the value under key %s cannot be looked at: %s"
                .formatted(index.name(), storage, StorageException.quote(key), cause.reason()),
            cause)
        .with("index", index.name())
        .with("key", key);
  }

  /** Under all locks. */
  private void enforce(Kept fresh, boolean created) {
    if (fresh.definition().unique()) {
      Tree<Item> items = fresh.state().items();
      for (int i = 1; i < items.size(); i++) {
        Item one = items.get(i - 1);
        Item other = items.get(i);
        if (fresh.shape.compare(one, other, fresh.shape.width()) == 0
            && isLive(fresh, one)
            && isLive(fresh, other)) {
          if (created) {
            throw duplicate(fresh, one.owner().key, other.owner().key, "it was not created");
          }
          LOG.warn(
              "storage '{}': keys {} and {} have the same {}, which index '{}' does not allow; they"
                  + " were written past it, perhaps with others: one of them is to be changed",
              storage,
              StorageException.quote(one.owner().key),
              StorageException.quote(other.owner().key),
              fields(fresh),
              fresh.name());
          break;
        }
      }
    }
    fresh.enforce();
  }

  private static String fields(Kept index) {
    return String.join(
        ", ", index.definition().fields().stream().map(field -> field.field()).toList());
  }

  private void take() {
    if (takingTurns) {
      return;
    }
    subscription =
        changes.map(feed -> feed.subscribe(Optional.empty(), this::changed)).orElse(null);
    turns.begin();
    takingTurns = true;
  }

  private void rest() {
    if (takingTurns) {
      takingTurns = false;
      turns.end();
    }
    Subscription ending = subscription;
    subscription = null;
    if (ending != null) {
      ending.close();
    }
    dirty.clear();
    due.clear();
  }

  // ---- for writers

  /**
   * Finds out what the indexes will hold.
   *
   * @param puts what is written, by key
   * @param removed the keys that are removed
   */
  public Writing prepare(Map<String, NewEntry> puts, Collection<String> removed) {
    settle(FEW);
    All now = all;
    if (now.kept().isEmpty()) {
      Map<String, List<Held>> nothing = new LinkedHashMap<>();
      puts.keySet().forEach(key -> nothing.put(key, List.of()));
      return new Writing(now.kept(), nothing, removed, List.of());
    }
    Map<String, List<Held>> held = new LinkedHashMap<>();
    List<String> values = new ArrayList<>();
    puts.forEach(
        (key, entry) -> {
          List<Held> ofOne;
          try {
            ofOne = hold(now.kept(), key, now.fields().read(entry.value(), entry.contentType()));
          } catch (StorageException e) {
            ofOne = loose(now.kept(), key);
          }
          held.put(key, ofOne);
          for (int i = 0; i < ofOne.size(); i++) {
            Kept index = now.kept().get(i);
            if (index.definition().unique()) {
              requireCountable(index, ofOne.get(i));
              ofOne.get(i).items.forEach(item -> values.add(token(index, item)));
            }
          }
        });
    return new Writing(now.kept(), held, removed, values);
  }

  private void requireCountable(Kept index, Held held) {
    if (held.overfull) {
      throw StorageException.of(
              ErrorCode.INVALID_VALUE,
              "the value under key %s has arrays that give more than 1,000 values of %s, too many for the unique index '%s'; nothing was written"
                  .formatted(StorageException.quote(held.key), fields(index), index.name()))
          .with("index", index.name())
          .with("key", held.key);
    }
  }

  /** Text that is the same for equal values; never a key, which has no control character 0. */
  private static String token(Kept index, Item item) {
    int hash = index.name().hashCode();
    for (Object value : item.values) {
      hash = 31 * hash + io.undercroft.runtime.query.Values.hash(value);
    }
    return "\u0000" + hash;
  }

  /** Returns whether this says what the indexes need that are there now. Under the locks. */
  public boolean isCurrent(Writing writing) {
    return writing.indexes() == all.kept();
  }

  /**
   * Checks that a write leaves everything unique that must be. Under the locks.
   *
   * @throws StorageException DUPLICATE_KEY
   */
  public void check(Writing writing) {
    for (int i = 0; i < writing.indexes().size(); i++) {
      Kept index = writing.indexes().get(i);
      if (index.isEnforcing() && index.definition().unique()) {
        check(writing, index, i);
      }
    }
  }

  private void check(Writing writing, Kept index, int at) {
    Tree<Item> there = index.state().items();
    int width = index.shape.width();
    TreeMap<Item, String> written =
        new TreeMap<>((left, right) -> index.shape.compare(left, right, width));
    writing
        .held()
        .forEach(
            (key, held) -> {
              for (Item item : held.get(at).items) {
                String other = written.putIfAbsent(item, key);
                if (other != null && !other.equals(key)) {
                  throw duplicate(index, key, other, "nothing was written");
                }
                Span same = new Span(index.shape, item, width, null);
                for (int i = there.before(same); i < there.upTo(same); i++) {
                  Item found = there.get(i);
                  String holder = found.owner().key;
                  if (!writing.held().containsKey(holder)
                      && !writing.removed().contains(holder)
                      && isLive(index, found)) {
                    throw duplicate(index, key, holder, "nothing was written");
                  }
                }
              }
            });
  }

  /** Returns whether the entry still has the values: it may have expired, or been edited. */
  private boolean isLive(Kept index, Item item) {
    Held held = item.owner();
    Optional<StoredEntry> now = entries.get(held.key);
    if (now.isEmpty()) {
      dirty.add(held.key);
      return false;
    }
    if (now.get().meta().version().equals(held.version)) {
      return true;
    }
    dirty.add(held.key);
    try {
      Held anew = index.shape.hold(held.key, all.fields().read(now.get()));
      return anew.items.stream()
          .anyMatch(other -> index.shape.compare(item, other, index.shape.width()) == 0);
    } catch (StorageException e) {
      return false;
    }
  }

  private StorageException duplicate(Kept index, String key, String other, String so) {
    return StorageException.of(
            ErrorCode.DUPLICATE_KEY,
            "index '%s' is unique, and keys %s and %s would have the same %s; %s"
                .formatted(
                    index.name(),
                    StorageException.quote(key),
                    StorageException.quote(other),
                    fields(index),
                    so))
        .with("index", index.name())
        .with("key", key)
        .with("other", other);
  }

  /** An entry was written. Under its lock. */
  public void written(Writing writing, String key, EntryMeta meta) {
    List<Held> held = writing.held().getOrDefault(key, List.of());
    change(
        () -> {
          for (int i = 0; i < held.size(); i++) {
            held.get(i).as(meta.version(), meta.expires());
            writing.indexes().get(i).replace(key, held.get(i));
          }
        });
    if (!held.isEmpty()) {
      note(held.get(0));
    }
  }

  /** An entry is not there any more. Under its lock. */
  public void removed(Writing writing, String key) {
    change(() -> writing.indexes().forEach(index -> index.replace(key, null)));
  }

  /** Changes several indexes, which agree again when it is over. */
  private void change(Runnable work) {
    begun.incrementAndGet();
    try {
      work.run();
    } finally {
      ended.incrementAndGet();
    }
  }

  /** Everything was removed. Under all locks. */
  public void cleared() {
    change(() -> all.kept().forEach(Kept::clear));
    due.clear();
  }

  /** Nobody knows what became of the writes of these keys. */
  public void uncertain(Collection<String> keys) {
    dirty.addAll(keys);
    if (dirty.size() > MOST_DIRTY) {
      uncertain();
    }
  }

  /** Nobody knows what is there: everything is to be built anew. */
  public void uncertain() {
    stale = true;
    dirty.clear();
  }

  private void note(Held held) {
    held.expires.ifPresent(at -> due.add(new Due(at, held.key)));
  }

  // ---- what others changed, and what time did

  private void changed(StoredChange change) {
    switch (change.type()) {
      case SET, DELETE, EXPIRE -> {
        Optional<String> version = change.after().map(entry -> entry.meta().version());
        if (!isKnown(change.key(), version)) {
          uncertain(List.of(change.key()));
        }
      }
      default -> uncertain();
    }
  }

  private boolean isKnown(String key, Optional<String> version) {
    for (Kept index : all.kept()) {
      Held held = index.held(key);
      if (held == null ? version.isPresent() : !version.equals(Optional.of(held.version))) {
        return false;
      }
    }
    return true;
  }

  /** Looks anew at keys that may be other than the indexes say. */
  private void settle(int most) {
    if (!due.isEmpty()) {
      Instant now = clock.instant();
      for (int i = 0; i < most && !due.isEmpty(); i++) {
        Due first = due.first();
        if (first.at().isAfter(now) || !due.remove(first)) {
          break;
        }
        dirty.add(first.key());
      }
    }
    if (dirty.isEmpty()) {
      return;
    }
    int rest = most;
    for (String key : dirty) {
      if (rest-- == 0) {
        return;
      }
      turns.during(List.of(key), () -> lookAt(key));
    }
  }

  /** Under the lock of the key. */
  private void lookAt(String key) {
    dirty.remove(key);
    All now = all;
    try {
      Optional<StoredEntry> entry = entries.get(key);
      if (entry.isEmpty()) {
        change(() -> now.kept().forEach(index -> index.replace(key, null)));
        return;
      }
      EntryMeta meta = entry.get().meta();
      if (isKnown(key, Optional.of(meta.version()))) {
        return;
      }
      List<Held> held;
      try {
        held = hold(now.kept(), key, now.fields().read(entry.get()));
      } catch (StorageException e) {
        held = loose(now.kept(), key);
      }
      List<Held> anew = held;
      change(
          () -> {
            for (int i = 0; i < anew.size(); i++) {
              now.kept().get(i).replace(key, anew.get(i).as(meta.version(), meta.expires()));
              note(anew.get(i));
            }
          });
    } catch (RuntimeException | Error e) {
      dirty.add(key);
      throw e;
    }
  }

  // ---- for queries

  private Planner.Choice choose(Query query) {
    if (all.known().isEmpty() || (query.where().isEmpty() && query.order().isEmpty())) {
      return new Planner.Choice(Optional.empty(), List.of());
    }
    buildSoon();
    settle(Integer.MAX_VALUE);
    return stale
        ? new Planner.Choice(Optional.empty(), List.of())
        : Planner.choose(query, all.kept());
  }

  private Optional<Plan> chosen(Query query) {
    Planner.Choice choice = choose(query);
    note(choice, choice.best().map(Plan::kept).orElse(null));
    return choice.best();
  }

  private static void note(Planner.Choice choice, @Nullable Kept taken) {
    for (Kept index : choice.considered()) {
      (index == taken ? index.hits : index.misses).increment();
    }
  }

  @Override
  public boolean isSpatial(String field) {
    return all.known().stream()
        .anyMatch(index -> index.shape.isSpatial() && index.shape.field(0).equals(field));
  }

  @Override
  public Optional<Queries.Answer> candidates(Query query) {
    Optional<Search> search = Search.of(query.where());
    Kept fulltext = search.map(this::fulltext).orElse(null);
    if (search.isPresent() && fulltext != null) {
      fulltext.hits.increment();
      return Optional.of(answer(search.get(), fulltext, query));
    }
    Optional<Union> union = union(query, choose(query));
    if (union.isPresent()) {
      union.get().indexes().forEach(index -> index.hits.increment());
      return union.map(
          ways -> new Queries.Answer(ways.walk(lookup(query, false)), ways.rest(), false, false));
    }
    return chosen(query).map(plan -> answer(plan, query));
  }

  @Override
  public Optional<Queries.Answer> candidatesBehind(Query query, Place place) {
    if (Search.of(query.where()).isPresent()) {
      return Optional.empty();
    }
    return ordered(query)
        .map(
            plan ->
                new Queries.Answer(
                    First.behind(plan, query, place, lookup(query, plan.isExact())),
                    Optional.empty(),
                    true,
                    true));
  }

  /** Returns the best plan, if it gives the query's order. */
  private Optional<Plan> ordered(Query query) {
    Planner.Choice choice = choose(query);
    Optional<Plan> best = choice.best().filter(plan -> plan.sorting() != null);
    best.ifPresent(plan -> note(choice, plan.kept()));
    return best;
  }

  /** Returns a way by several indexes, if there is one by which fewer entries are looked at. */
  private Optional<Union> union(Query query, Planner.Choice single) {
    if (stale || query.where().filter(Catalog::chooses).isEmpty()) {
      return Optional.empty();
    }
    for (int i = 0; i < MOST_LOOKS; i++) {
      long before = ended.get();
      if (begun.get() == before) {
        Optional<Union> union = Planner.union(query, all.kept());
        if (begun.get() == before) {
          return union.filter(
              ways -> single.best().filter(plan -> plan.examined() <= ways.examined()).isEmpty());
        }
      }
      Thread.onSpinWait();
    }
    return Optional.empty();
  }

  private static boolean chooses(Condition where) {
    return Wish.parts(where).stream().anyMatch(Condition.Any.class::isInstance);
  }

  /** Returns the index that a search needs, built if it was not; null if there is none. */
  private @Nullable Kept fulltext(Search search) {
    for (int i = 0; search.chosen(all.known()) != null && !closed; i++) {
      if (i == MOST_BUILDS) {
        throw StorageException.of(
            ErrorCode.TIMEOUT,
            "the fulltext index of storage '%s' that the query needs had to be built anew again and again, for others change what is stored; try again"
                .formatted(storage));
      }
      renewBroken();
      Kept kept = search.chosen(all.kept());
      if (stale || kept == null || !kept.isReady()) {
        buildNow();
      }
      settle(Integer.MAX_VALUE);
      kept = search.chosen(all.kept());
      if (!stale && kept != null && kept.isReady() && !kept.isBroken()) {
        return kept;
      }
    }
    return null;
  }

  private Queries.Answer answer(Search search, Kept index, Query query) {
    long wanted = query.limit().orElse(PAGE) + Math.min(query.offset(), PAGE);
    Ranked ranked =
        new Ranked(
            index,
            Question.of(search.searched()),
            entries,
            new Fields(documents, index.shape.paths),
            (int) Math.max(FEW, Math.min(wanted, PAGE)),
            dirty::add);
    return new Queries.Answer(ranked, search.residual(), query.order().isEmpty(), false);
  }

  private Lookup lookup(Query query, boolean exact) {
    return new Lookup(entries, documents, query, exact, this::isSpatial, dirty::add);
  }

  private static boolean isNearestFirst(Plan plan, Query query) {
    return plan.area() != null
        && plan.area().isNear()
        && Evaluation.distance(query).filter(near -> plan.proven().contains(near)).isPresent()
        && query.limit().isPresent()
        && query.limit().getAsLong() <= MOST_NEAREST
        && query.offset() <= MOST_NEAREST - query.limit().getAsLong();
  }

  private Queries.Answer answer(Plan plan, Query query) {
    Lookup lookup = lookup(query, plan.isExact());
    if (plan.area() != null && isNearestFirst(plan, query)) {
      int needed = (int) (query.limit().orElse(0) + query.offset());
      List<Queries.Found> nearest = new Nearest(plan, plan.area(), lookup, needed).find();
      return new Queries.Answer(First.page(nearest, query), Optional.empty(), true, true);
    }
    return plan.sorting() == null
        ? new Queries.Answer(new Walk(plan, lookup), plan.residual(), false, false)
        : new Queries.Answer(First.of(plan, query, lookup), Optional.empty(), true, true);
  }

  /** Counts in the index alone where every item stands for one entry that is surely there. */
  @Override
  public OptionalLong count(Optional<Condition> where) {
    if (where.isEmpty() || all.known().isEmpty()) {
      return OptionalLong.empty();
    }
    Optional<Search> search = Search.of(where);
    if (search.isPresent()) {
      return count(search.get());
    }
    Planner.Choice choice = choose(Query.where(where.get()));
    Plan plan = choice.best().orElse(null);
    if (plan == null
        || !plan.isExact()
        || plan.state().branched() > 0
        || plan.state().dated() > 0) {
      return OptionalLong.empty();
    }
    note(choice, plan.kept());
    return OptionalLong.of(plan.count());
  }

  private OptionalLong count(Search search) {
    Kept index = fulltext(search);
    if (index == null
        || !search.rest().isEmpty()
        || index.state().dated() > 0
        || index.state().loose().size() > 0) {
      return OptionalLong.empty();
    }
    index.hits.increment();
    try (Words.Reading reading = index.words().read()) {
      return OptionalLong.of(reading.count(Question.of(search.searched())));
    }
  }

  @Override
  public Optional<Explanation> explain(Query query) {
    Optional<Search> search = Search.of(query.where());
    Kept fulltext = search.map(this::fulltext).orElse(null);
    if (search.isPresent() && fulltext != null) {
      new Evaluation(
          search.get().residual().map(Query::where).orElse(Query.all()),
          documents,
          this::isSpatial);
      return Optional.of(search.get().explanation(fulltext, query));
    }
    Query asked = query;
    Optional<Union> union = Optional.empty();
    Planner.Choice choice = choose(query);
    if (query.after().isEmpty()) {
      union = union(query, choice);
    } else if (choice.best().filter(plan -> plan.sorting() != null).isEmpty()) {
      asked =
          new Query(
              query.where(), query.order(), OptionalLong.empty(), 0, List.of(), Optional.empty());
      choice = choose(asked);
      union = union(asked, choice);
    }
    if (union.isPresent()) {
      new Evaluation(asked, documents, this::isSpatial);
      return union.map(ways -> ways.explanation(ways.plans().get(0).kept().known()));
    }
    Plan best = choice.best().orElse(null);
    if (best == null) {
      return Optional.empty();
    }
    new Evaluation(asked, documents, this::isSpatial);
    return Optional.of(best.explanation(best.kept().known(), isNearestFirst(best, asked)));
  }

  /** Listens no more. Idempotent. */
  @Override
  public void close() {
    closed = true;
    changing.lock();
    try {
      all = all(all.known(), List.of());
      rest();
    } finally {
      changing.unlock();
    }
  }
}
