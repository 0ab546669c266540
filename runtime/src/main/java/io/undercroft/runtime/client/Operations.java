package io.undercroft.runtime.client;

import io.undercroft.spi.Codec;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.EventType;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be done with the values of one type at one mount point; the handles only pass
 * their calls on to here.
 *
 * <p>An operation checks its arguments, takes what is mounted through the gate, and works on that
 * until it is done. The way there is one volatile read; only after a swap is anything looked up
 * anew.
 */
class Operations<T> {
  private static final int KEYS_PER_PAGE = 1_000;
  private static final int ENTRIES_PER_PAGE = 200;
  private static final int MAX_ATTEMPTS = 200;

  private final MountPoint point;
  private final Type valueType;
  private final UnaryOperator<Facets> lens;
  private final StorageHandle<T> storage;
  private final BatchHandle<T> batched;
  private volatile @Nullable Bound<T> bound;

  Operations(MountPoint point, Type valueType) {
    this(point, valueType, UnaryOperator.identity());
  }

  /**
   * Makes operations on a part of what is mounted.
   *
   * @param lens selects the facets to work on; called after every swap
   */
  Operations(MountPoint point, Type valueType, UnaryOperator<Facets> lens) {
    this.point = point;
    this.valueType = valueType;
    this.lens = lens;
    this.storage = new StorageHandle<>(this);
    this.batched = new BatchHandle<>(this);
  }

  final MountPoint point() {
    return point;
  }

  final Type valueType() {
    return valueType;
  }

  final String name() {
    return point.storage();
  }

  StorageHandle<T> storage() {
    return storage;
  }

  // --- the way in

  /** Takes what is mounted; the caller goes out by {@link Gate#exit} when it is done. */
  Bound<T> enter() {
    Bound<T> current = bound;
    if (current != null && current.gate.enter()) {
      return current;
    }
    return enterAnew();
  }

  /** As {@link #enter}, for an operation that may write. */
  Bound<T> enterToWrite() {
    return enter();
  }

  private Bound<T> enterAnew() {
    while (true) {
      MountPoint.Mounted mounted = point.mounted();
      Bound<T> fresh = bind(mounted);
      if (fresh.gate.enter()) {
        bound = fresh;
        return fresh;
      }
      if (point.isMounted(mounted)) {
        throw point.closedNow();
      }
    }
  }

  private Bound<T> bind(MountPoint.Mounted mounted) {
    Bound<T> current = bound;
    if (current != null && current.mounted == mounted) {
      return current;
    }
    try {
      Facets facets = lens.apply(mounted.mount().facets());
      return new Bound<>(mounted, facets, codec(mounted.mount()), new SharedValues(valueType));
    } catch (RuntimeException e) {
      throw failed("", e);
    }
  }

  @SuppressWarnings("unchecked") // what is asked for by a type gives a codec of that type
  final Codec<T> codec(Mount mount) {
    return (Codec<T>) mount.codecs().apply(valueType);
  }

  /** What is mounted now, for a question that no operation waits for. */
  final Bound<T> look() {
    Bound<T> current = enter();
    current.gate.exit();
    return current;
  }

  // --- reading

  final Optional<T> get(String key) {
    Hooks.Snapshot hooks = point.hooks().now();
    T nearby = hooks == Hooks.NONE ? nearby(key) : null;
    if (nearby != null) {
      return Optional.of(nearby);
    }
    requireKey(key);
    if (hooks != Hooks.NONE) {
      before(hooks, EventType.BEFORE_GET, key, null);
    }
    Bound<T> current = enter();
    Optional<StoredEntry> found;
    try {
      found = current.keyValue.get(key);
    } catch (RuntimeException e) {
      throw failed(key, e);
    } finally {
      current.gate.exit();
    }
    Optional<T> value =
        found.isPresent() ? Optional.of(decode(current, key, found.get())) : Optional.empty();
    if (hooks != Hooks.NONE) {
      after(hooks, EventType.AFTER_GET, key, value.orElse(null));
    }
    return value;
  }

  /**
   * Returns the value if its entry lies in memory and the value may be one that other readers have,
   * too: the way of one look, past checks that a key which is found has passed, and past the gate,
   * since nobody has to wait for who is here.
   */
  private @Nullable T nearby(@Nullable String key) {
    Bound<T> current = bound;
    if (key == null
        || current == null
        || current.held == null
        || !current.shared.isPossible()
        || current.gate.isShut()) {
      return null;
    }
    StoredEntry found = current.held.find(key);
    return found == null ? null : decode(current, key, found);
  }

  final Optional<Entry<T>> entry(String key) {
    requireKey(key);
    Hooks.Snapshot hooks = point.hooks().now();
    before(hooks, EventType.BEFORE_GET, key, null);
    Bound<T> current = enter();
    Optional<StoredEntry> found;
    try {
      found = current.keyValue.get(key);
    } catch (RuntimeException e) {
      throw failed(key, e);
    } finally {
      current.gate.exit();
    }
    Optional<Entry<T>> entry = found.map(stored -> entry(current, key, stored));
    after(hooks, EventType.AFTER_GET, key, entry.map(Entry::value).orElse(null));
    return entry;
  }

  final boolean has(String key) {
    requireKey(key);
    Bound<T> current = enter();
    try {
      return current.keyValue.has(key);
    } catch (RuntimeException e) {
      throw failed(key, e);
    } finally {
      current.gate.exit();
    }
  }

  final long size() {
    return inside(current -> current.keyValue.size());
  }

  final Stream<String> keys(String prefix) {
    try {
      Keys.requirePrefix(prefix);
    } catch (StorageException e) {
      throw failed("", e);
    }
    look();
    return Pages.stream(
        this, current -> current.keyValue.keys(prefix, KEYS_PER_PAGE), (current, key) -> key);
  }

  final Stream<T> values() {
    look();
    return Pages.stream(
        this, this::scan, (current, found) -> decode(current, found.key(), found.entry()));
  }

  final Stream<Entry<T>> entries() {
    look();
    return Pages.stream(
        this, this::scan, (current, found) -> entry(current, found.key(), found.entry()));
  }

  private Cursor<KeyedEntry> scan(Bound<T> current) {
    return current.keyValue.scan("", ENTRIES_PER_PAGE);
  }

  // --- writing

  final void set(String key, T value) {
    requireKey(key);
    requireValue(key, value);
    Hooks.Snapshot hooks = point.hooks().now();
    if (hooks != Hooks.NONE) {
      before(hooks, EventType.BEFORE_SET, key, value);
    }
    Bound<T> current = enterToWrite();
    try {
      byte[] bytes = encode(current, key, value);
      NewEntry entry = NewEntry.of(bytes, current.contentType);
      PutResult result = current.keyValue.put(key, entry, Precondition.NONE);
      if (result instanceof PutResult.Conflict conflict) {
        throw conflict(key, Precondition.NONE, conflict.foundVersion());
      }
    } catch (RuntimeException e) {
      throw failed(key, e);
    } finally {
      current.gate.exit();
    }
    if (hooks != Hooks.NONE) {
      after(hooks, EventType.AFTER_SET, key, value);
    }
  }

  final Entry<T> set(String key, T value, SetOptions how) {
    requireKey(key);
    requireValue(key, value);
    Hooks.Snapshot hooks = point.hooks().now();
    before(hooks, EventType.BEFORE_SET, key, value);
    Bound<T> current = enterToWrite();
    EntryMeta meta;
    try {
      requirePossible(current, key, how.expectedVersion());
      NewEntry entry = newEntry(current, key, value, how);
      Precondition precondition = EntryRules.precondition(how);
      PutResult result = current.keyValue.put(key, entry, precondition);
      if (result instanceof PutResult.Written written) {
        meta = written.meta();
      } else {
        throw conflict(key, precondition, ((PutResult.Conflict) result).foundVersion());
      }
    } catch (RuntimeException e) {
      throw failed(key, e);
    } finally {
      current.gate.exit();
    }
    after(hooks, EventType.AFTER_SET, key, value);
    return entry(key, value, meta);
  }

  final NewEntry newEntry(Bound<T> current, String key, T value, SetOptions how) {
    EntryRules.requireMetadata(key, how.metadata(), current.mount.limits());
    return new NewEntry(
        encode(current, key, value),
        current.contentType,
        EntryRules.deadline(key, how, current.mount.clock().instant()),
        how.metadata());
  }

  /** Refuses a version that no backend gives, so that none has to deal with it. */
  private void requirePossible(Bound<T> current, String key, Optional<String> version) {
    if (version.isPresent() && !EntryRules.isVersion(version.get())) {
      throw conflict(key, Precondition.version(version.get()), foundVersion(current, key));
    }
  }

  private Optional<String> foundVersion(Bound<T> current, String key) {
    return current.keyValue.get(key).map(found -> found.meta().version());
  }

  final boolean delete(String key) {
    requireKey(key);
    Hooks.Snapshot hooks = point.hooks().now();
    if (hooks != Hooks.NONE) {
      before(hooks, EventType.BEFORE_DELETE, key, null);
    }
    Bound<T> current = enterToWrite();
    DeleteResult result;
    try {
      result = current.keyValue.delete(key, Precondition.NONE);
      if (result == DeleteResult.CONFLICT) {
        throw conflict(key, Precondition.NONE, foundVersion(current, key));
      }
    } catch (RuntimeException e) {
      throw failed(key, e);
    } finally {
      current.gate.exit();
    }
    boolean deleted = result == DeleteResult.DELETED;
    if (hooks != Hooks.NONE && deleted) {
      after(hooks, EventType.AFTER_DELETE, key, null);
    }
    return deleted;
  }

  final boolean delete(String key, String expectedVersion) {
    requireKey(key);
    Hooks.Snapshot hooks = point.hooks().now();
    before(hooks, EventType.BEFORE_DELETE, key, null);
    Bound<T> current = enterToWrite();
    try {
      Precondition precondition = Precondition.version(expectedVersion);
      DeleteResult result =
          EntryRules.isVersion(expectedVersion)
              ? current.keyValue.delete(key, precondition)
              : DeleteResult.CONFLICT;
      if (result == DeleteResult.ABSENT) {
        return false;
      }
      if (result == DeleteResult.CONFLICT) {
        Optional<String> found = foundVersion(current, key);
        if (found.isEmpty()) {
          return false;
        }
        throw conflict(key, precondition, found);
      }
    } catch (RuntimeException e) {
      throw failed(key, e);
    } finally {
      current.gate.exit();
    }
    after(hooks, EventType.AFTER_DELETE, key, null);
    return true;
  }

  final void clear() {
    Hooks.Snapshot hooks = point.hooks().now();
    before(hooks, EventType.BEFORE_DELETE, "", null);
    writing(
        "",
        current -> {
          current.keyValue.clear();
          return true;
        });
    after(hooks, EventType.AFTER_DELETE, "", null);
  }

  final Optional<T> update(String key, UnaryOperator<Optional<T>> change) {
    requireKey(key);
    Patience patience = new Patience(point.surroundings().random());
    while (true) {
      Bound<T> current = enter();
      Optional<StoredEntry> before;
      try {
        before = current.keyValue.get(key);
      } catch (RuntimeException e) {
        throw failed(key, e);
      } finally {
        current.gate.exit();
      }
      Optional<T> value = before.map(found -> decode(current, key, found));
      Optional<T> next = change.apply(value);
      requireValue(key, next);
      if (next.isPresent()
          ? replaced(key, before, next.get())
          : before.isEmpty() || removed(key, before.get())) {
        return next;
      }
      if (patience.attempts() + 1 >= MAX_ATTEMPTS) {
        throw failed(
            key,
            StorageException.of(
                    ErrorCode.VERSION_CONFLICT,
                    "key "
                        + StorageException.quote(key)
                        + ": update did not come through in "
                        + MAX_ATTEMPTS
                        + " attempts, others wrote in between every time; try again later")
                .with("key", key));
      }
      try {
        patience.pause();
      } catch (StorageException e) {
        throw failed(key, e);
      }
    }
  }

  private boolean replaced(String key, Optional<StoredEntry> before, T next) {
    Hooks.Snapshot hooks = point.hooks().now();
    before(hooks, EventType.BEFORE_SET, key, next);
    boolean written =
        writing(
            key,
            current -> {
              NewEntry entry =
                  new NewEntry(
                      encode(current, key, next),
                      current.contentType,
                      before.flatMap(found -> found.meta().expires()),
                      before.map(found -> found.meta().metadata()).orElse(Map.of()));
              Precondition unchanged =
                  before
                      .map(found -> Precondition.version(found.meta().version()))
                      .orElse(Precondition.ABSENT);
              return current.keyValue.put(key, entry, unchanged) instanceof PutResult.Written;
            });
    if (written) {
      after(hooks, EventType.AFTER_SET, key, next);
    }
    return written;
  }

  private boolean removed(String key, StoredEntry before) {
    Hooks.Snapshot hooks = point.hooks().now();
    before(hooks, EventType.BEFORE_DELETE, key, null);
    Precondition unchanged = Precondition.version(before.meta().version());
    boolean deleted =
        writing(key, current -> current.keyValue.delete(key, unchanged)) == DeleteResult.DELETED;
    if (deleted) {
      after(hooks, EventType.AFTER_DELETE, key, null);
    }
    return deleted;
  }

  // --- capabilities

  BatchHandle<T> batched() {
    require(Capability.BATCH);
    return batched;
  }

  QueryHandle<T> queryable() {
    require(Capability.QUERY);
    return new QueryHandle<>(this);
  }

  IndexHandle<T> indexed() {
    require(Capability.INDEX);
    return new IndexHandle<>(this);
  }

  TransactionalHandle<T> transactional() {
    require(Capability.TRANSACTION);
    return new TransactionalHandle<>(this);
  }

  ObservableHandle<T> observable() {
    require(Capability.OBSERVE);
    return new ObservableHandle<>(this);
  }

  DistributedHandle<T> distributed() {
    require(Capability.DISTRIBUTE);
    return new DistributedHandle<>(this);
  }

  final Object view(Capability capability) {
    return switch (capability) {
      case STORAGE -> storage();
      case BATCH -> batched();
      case QUERY -> queryable();
      case INDEX -> indexed();
      case TRANSACTION -> transactional();
      case OBSERVE -> observable();
      case DISTRIBUTE -> distributed();
    };
  }

  final <C> C as(Class<C> own) {
    Optional<Capability> capability = Capability.of(own);
    if (capability.isPresent()) {
      return own.cast(view(capability.get()));
    }
    for (Class<? extends Facet> facet : Capability.ownFacets(look().facets)) {
      if (facet == own) {
        return own.cast(OwnFacet.of(this, facet));
      }
    }
    throw failed("", unsupported(look(), own.getSimpleName()));
  }

  final boolean supports(Class<?> capability) {
    Facets facets = look().facets;
    return Capability.of(capability)
        .map(known -> known.isOfferedBy(facets))
        .orElseGet(() -> Capability.ownFacets(facets).stream().anyMatch(f -> f == capability));
  }

  final void require(Capability capability) {
    Bound<T> current = look();
    if (!capability.isOfferedBy(current.facets)) {
      throw failed("", unsupported(current, capability.type().getSimpleName()));
    }
  }

  /** Returns a facet that what is mounted now need not have, although the handle once had it. */
  final <F extends Facet> F facet(Bound<T> current, Class<F> type, Capability capability) {
    return current
        .facets
        .find(type)
        .orElseThrow(() -> unsupported(current, capability.type().getSimpleName()));
  }

  final StorageException unsupported(Bound<T> current, String what) {
    return StorageException.of(
        ErrorCode.UNSUPPORTED,
        "plugin "
            + current.mount.plugin()
            + " with its layers does not offer "
            + what
            + "; this storage offers "
            + Capability.describe(current.facets)
            + ". Use one of these, or configure a plugin that offers it");
  }

  // --- shared steps

  final <R> R inside(Function<Bound<T>, R> work) {
    return inside("", work);
  }

  /**
   * Does the work on what is mounted, through the gate, and names the storage in what it throws.
   */
  final <R> R inside(String key, Function<Bound<T>, R> work) {
    return work(enter(), key, work);
  }

  /** As {@link #inside}, for an operation that may write. */
  final <R> R writing(String key, Function<Bound<T>, R> work) {
    return work(enterToWrite(), key, work);
  }

  private <R> R work(Bound<T> current, String key, Function<Bound<T>, R> work) {
    try {
      return work.apply(current);
    } catch (RuntimeException e) {
      throw failed(key, e);
    } finally {
      current.gate.exit();
    }
  }

  final void requireKey(String key) {
    try {
      Keys.require(key);
    } catch (StorageException e) {
      throw failed("", e);
    }
  }

  final void requireValue(String key, @Nullable Object value) {
    if (value == null) {
      throw failed(
          key,
          StorageException.of(
              ErrorCode.INVALID_VALUE,
              "the value for key "
                  + StorageException.quote(key)
                  + " is null; delete the entry instead"));
    }
  }

  final byte[] encode(Bound<T> current, String key, T value) {
    byte[] bytes;
    try {
      bytes = current.codec.encode(value);
    } catch (StorageException e) {
      throw e.with("key", key);
    } catch (RuntimeException e) {
      throw unserializable(key, "could not be turned into ", current, e);
    }
    EntryRules.requireSize(key, bytes, current.mount.limits());
    return bytes;
  }

  /** Returns the value: the one that others have, too, where nothing in it can be changed. */
  @SuppressWarnings("unchecked") // this codec's values are remembered under it
  final T decode(Bound<T> current, String key, StoredEntry stored) {
    Object there = stored.recall(current.codec);
    return there != null ? (T) there : decodeAnew(current, key, stored);
  }

  private T decodeAnew(Bound<T> current, String key, StoredEntry stored) {
    T value = parse(current, key, stored);
    if (stored.isHeld() && current.shared.isPossible() && current.shared.allows(value)) {
      stored.remember(current.codec, value);
    }
    return value;
  }

  private T parse(Bound<T> current, String key, StoredEntry stored) {
    try {
      return current.codec.decode(stored.value(), stored.contentType());
    } catch (StorageException e) {
      throw failed(key, e.with("key", key));
    } catch (RuntimeException e) {
      throw failed(
          key,
          unserializable(
              key, "could not be read from " + stored.contentType() + " by ", current, e));
    }
  }

  private StorageException unserializable(
      String key, String what, Bound<T> current, RuntimeException cause) {
    return StorageException.of(
            ErrorCode.SERIALIZATION_FAILED,
            "the value of type "
                + valueType.getTypeName()
                + " under key "
                + StorageException.quote(key)
                + " "
                + what
                + current.contentType
                + ": the codec failed with "
                + cause.getClass().getName(),
            cause)
        .with("key", key);
  }

  final Entry<T> entry(Bound<T> current, String key, StoredEntry stored) {
    return entry(key, decode(current, key, stored), stored.meta());
  }

  private Entry<T> entry(String key, T value, EntryMeta meta) {
    return new Entry<>(
        key,
        value,
        meta.version(),
        meta.created(),
        meta.updated(),
        meta.expires(),
        meta.metadata());
  }

  static StorageException conflict(
      String key, Precondition expected, Optional<String> foundVersion) {
    return StorageException.versionConflict(
        key, EntryRules.words(expected), EntryRules.words(foundVersion));
  }

  /** Names the storage in a failure and tells the error handlers. */
  final RuntimeException failed(String key, RuntimeException failure) {
    if (!(failure instanceof StorageException typed)) {
      return failure; // what an around or a listener throws on purpose comes out as it is
    }
    StorageException named = typed.in(name());
    Hooks.Snapshot hooks = point.hooks().now();
    if (hooks.has(EventType.ERROR)) {
      hooks.tell(moment(EventType.ERROR), key, Optional.empty(), Optional.of(named));
    }
    return named;
  }

  final void before(Hooks.Snapshot hooks, EventType type, String key, @Nullable T value) {
    if (hooks.has(type)) {
      hooks.veto(moment(type), key, Optional.ofNullable(value));
    }
  }

  /** Overridden where what was done may yet be undone. */
  void after(Hooks.Snapshot hooks, EventType type, String key, @Nullable T value) {
    if (hooks.has(type)) {
      hooks.tell(moment(type), key, Optional.ofNullable(value), Optional.empty());
    }
  }

  private Hooks.Moment moment(EventType type) {
    return new Hooks.Moment(type, name(), valueType, point.surroundings().clock().instant());
  }
}
