package io.undercroft.testkit;

import io.undercroft.spi.Backend;
import io.undercroft.spi.BareDriver;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.Subscription;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Plugins with one fault each, and the contracts that must notice it. The story of the model
 * notices nearly everything that a single thread can see.
 */
final class Lies {
  /** All of them. */
  static final List<Lie> ALL =
      List.of(
          lie(
                  "forgets a new version for the same value",
                  keyValue(
                      honest ->
                          new Forwarding.Store(honest) {
                            @Override
                            public PutResult put(
                                String key, NewEntry entry, Precondition precondition) {
                              Optional<StoredEntry> there = honest.get(key);
                              return there.isPresent()
                                      && precondition.equals(Precondition.NONE)
                                      && Arrays.equals(there.get().value(), entry.value())
                                      && there.get().meta().expires().equals(entry.expires())
                                      && there.get().meta().metadata().equals(entry.metadata())
                                      && there
                                          .get()
                                          .meta()
                                          .contentType()
                                          .equals(entry.contentType())
                                  ? new PutResult.Written(there.get().meta(), false)
                                  : honest.put(key, entry, precondition);
                            }
                          }),
                  BackendKeyValueContract.class)
              .orPerhaps(BackendModelContract.class),
          lie(
              "starts versions anew when opened",
              honest ->
                  new Forwarding.Plugin(honest) {
                    @Override
                    public Backend open(Settings settings, PluginContext context) {
                      return new Forwarding.OpenBackend(super.open(settings, context)) {
                        final KeyValue below = super.facets().require(KeyValue.class);
                        final AtomicInteger last = new AtomicInteger();
                        final Map<String, String> shown = new ConcurrentHashMap<>();

                        @Override
                        public Facets facets() {
                          return only(
                              new Forwarding.Store(below) {
                                @Override
                                public synchronized PutResult put(
                                    String key, NewEntry entry, Precondition precondition) {
                                  PutResult result = below.put(key, entry, real(key, precondition));
                                  if (result instanceof PutResult.Written written) {
                                    String version = "v" + last.incrementAndGet();
                                    shown.put(key, version);
                                    return new PutResult.Written(
                                        version(written.meta(), version), written.created());
                                  }
                                  return new PutResult.Conflict(
                                      get(key).map(found -> found.meta().version()));
                                }

                                @Override
                                public synchronized DeleteResult delete(
                                    String key, Precondition precondition) {
                                  return below.delete(key, real(key, precondition));
                                }

                                private Precondition real(String key, Precondition precondition) {
                                  return precondition instanceof Precondition.HasVersion wanted
                                          && get(key)
                                              .filter(
                                                  found ->
                                                      found
                                                          .meta()
                                                          .version()
                                                          .equals(wanted.version()))
                                              .isPresent()
                                      ? Precondition.version(
                                          below.get(key).orElseThrow().meta().version())
                                      : precondition;
                                }

                                @Override
                                public synchronized Optional<StoredEntry> get(String key) {
                                  return below.get(key).map(found -> shown(key, found));
                                }

                                @Override
                                public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
                                  return Forwarding.pages(
                                      below.scan(prefix, pageSize),
                                      page ->
                                          page.stream()
                                              .map(
                                                  found ->
                                                      new KeyedEntry(
                                                          found.key(),
                                                          shown(found.key(), found.entry())))
                                              .toList());
                                }

                                private StoredEntry shown(String key, StoredEntry found) {
                                  String version = shown.getOrDefault(key, "v0");
                                  return new StoredEntry(
                                      found.value(), version(found.meta(), version));
                                }
                              });
                        }
                      };
                    }
                  },
              BackendLifeCycleContract.class,
              BackendModelContract.class),
          lie(
              "sees expired entries",
              honest ->
                  new Forwarding.Plugin(honest) {
                    @Override
                    public Backend open(Settings settings, PluginContext context) {
                      // The engine's clock stands still, so that no deadline ever comes.
                      return super.open(settings, new StoppedContext(context));
                    }
                  },
              BackendExpiryContract.class,
              BackendKeyValueContract.class,
              BackendBatchContract.class,
              BackendCommitContract.class,
              BackendModelContract.class),
          lie(
              "counts expired entries",
              keyValue(
                  honest ->
                      new Forwarding.Store(honest) {
                        final Map<String, Boolean> everPut = new ConcurrentHashMap<>();
                        final AtomicInteger expired = new AtomicInteger();

                        @Override
                        public PutResult put(
                            String key, NewEntry entry, Precondition precondition) {
                          entry.expires().ifPresent(deadline -> everPut.put(key, true));
                          PutResult result = honest.put(key, entry, precondition);
                          if (entry.expires().isEmpty() && result instanceof PutResult.Written) {
                            everPut.remove(key);
                          }
                          return result;
                        }

                        @Override
                        public DeleteResult delete(String key, Precondition precondition) {
                          everPut.remove(key);
                          return honest.delete(key, precondition);
                        }

                        @Override
                        public void clear() {
                          everPut.clear();
                          honest.clear();
                        }

                        @Override
                        public long size() {
                          long gone =
                              everPut.keySet().stream().filter(key -> !honest.has(key)).count();
                          expired.addAndGet((int) gone);
                          return honest.size() + gone;
                        }
                      }),
              BackendExpiryContract.class,
              BackendModelContract.class),
          lie(
              "keeps deadlines to the second",
              keyValue(
                  honest ->
                      new Forwarding.Store(honest) {
                        @Override
                        public PutResult put(
                            String key, NewEntry entry, Precondition precondition) {
                          return honest.put(
                              key,
                              new NewEntry(
                                  entry.value(),
                                  entry.contentType(),
                                  entry
                                      .expires()
                                      .map(
                                          at -> at.plusMillis(999).truncatedTo(ChronoUnit.SECONDS)),
                                  entry.metadata()),
                              precondition);
                        }
                      }),
              BackendExpiryContract.class,
              BackendKeyValueContract.class,
              BackendModelContract.class),
          lie(
              "ends time with the year 9999",
              keyValue(
                  honest ->
                      new Forwarding.Store(honest) {
                        @Override
                        public PutResult put(
                            String key, NewEntry entry, Precondition precondition) {
                          Instant end = Instant.parse("9999-12-31T23:59:59.999Z");
                          return honest.put(
                              key,
                              new NewEntry(
                                  entry.value(),
                                  entry.contentType(),
                                  entry.expires().map(at -> at.isAfter(end) ? end : at),
                                  entry.metadata()),
                              precondition);
                        }
                      }),
              BackendExpiryContract.class),
          lie(
              "loses the case of keys",
              keys(key -> key.toLowerCase(Locale.ROOT)),
              BackendKeyContract.class,
              BackendCursorContract.class,
              BackendModelContract.class),
          lie(
              "normalizes keys",
              keys(key -> Normalizer.normalize(key, Normalizer.Form.NFC)),
              BackendKeyContract.class,
              BackendModelContract.class),
          lie(
              "cuts long keys",
              keys(key -> key.length() > 255 ? key.substring(0, 255) : key),
              BackendKeyContract.class,
              BackendModelContract.class),
          lie(
              "trims keys",
              keys(key -> key.isBlank() ? key : key.strip()),
              BackendKeyContract.class),
          lie(
              "takes a prefix for a pattern",
              keyValue(
                  honest ->
                      new Forwarding.Store(honest) {
                        @Override
                        public Cursor<String> keys(String prefix, int pageSize) {
                          String like =
                              "(?s)" // what LIKE 'prefix%' does when nobody escapes the prefix
                                  + ("\\Q" + prefix.replace("\\E", "\\E\\\\E\\Q") + "\\E")
                                      .replace("%", "\\E.*\\Q")
                                      .replace("_", "\\E.\\Q")
                                  + ".*";
                          return Forwarding.pages(
                              honest.keys("", 10_000),
                              page -> page.stream().filter(key -> key.matches(like)).toList());
                        }
                      }),
              BackendKeyContract.class,
              BackendCursorContract.class,
              BackendExpiryContract.class,
              BackendConcurrencyContract.class,
              BackendModelContract.class),
          lie(
              "hands out a key twice",
              keyCursor(
                  (cursor, pageSize) -> {
                    List<String> first = new ArrayList<>();
                    AtomicBoolean again = new AtomicBoolean();
                    return Forwarding.pages(
                        cursor,
                        page -> {
                          if (first.isEmpty()) {
                            first.addAll(page);
                            return page;
                          }
                          // The page boundary is taken with it, as `>=` for `>` does.
                          return page.isEmpty() && !again.getAndSet(true)
                              ? List.of(first.get(first.size() - 1))
                              : page;
                        });
                  }),
              BackendCursorContract.class,
              BackendKeyValueContract.class,
              BackendKeyContract.class,
              BackendBatchContract.class,
              BackendCommitContract.class,
              BackendExpiryContract.class,
              BackendLifeCycleContract.class,
              BackendConcurrencyContract.class,
              BackendModelContract.class),
          lie(
              "gives an empty page in the middle",
              keyCursor(
                  (cursor, pageSize) -> {
                    AtomicInteger pages = new AtomicInteger();
                    return new Cursor<>() {
                      @Override
                      public List<String> next() {
                        return pages.incrementAndGet() == 3 ? List.of() : cursor.next();
                      }

                      @Override
                      public void close() {
                        cursor.close();
                      }
                    };
                  }),
              BackendCursorContract.class,
              BackendExpiryContract.class,
              BackendConcurrencyContract.class,
              BackendModelContract.class),
          lie(
              "gives pages that are too large",
              keyValue(
                  honest ->
                      new Forwarding.Store(honest) {
                        @Override
                        public Cursor<String> keys(String prefix, int pageSize) {
                          return honest.keys(prefix, pageSize + 1);
                        }
                      }),
              BackendCursorContract.class,
              BackendExpiryContract.class,
              BackendConcurrencyContract.class,
              BackendModelContract.class),
          lie(
                  "pages by offset",
                  keyValue(
                      honest ->
                          new Forwarding.Store(honest) {
                            @Override
                            public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
                              AtomicInteger offset = new AtomicInteger();
                              return new Cursor<>() {
                                @Override
                                public List<KeyedEntry> next() {
                                  List<KeyedEntry> all = new ArrayList<>();
                                  try (Cursor<KeyedEntry> cursor = honest.scan(prefix, 10_000)) {
                                    List<KeyedEntry> page = cursor.next();
                                    while (!page.isEmpty()) {
                                      all.addAll(page);
                                      page = cursor.next();
                                    }
                                  }
                                  int from = Math.min(all.size(), offset.getAndAdd(pageSize));
                                  return all.subList(from, Math.min(all.size(), from + pageSize));
                                }

                                @Override
                                public void close() {
                                  offset.set(1 << 30);
                                }
                              };
                            }
                          }),
                  BackendCursorContract.class)
              .orPerhaps(BackendConcurrencyContract.class),
          lie(
              "forgets when an entry came into being",
              meta(meta -> with(meta, meta.updated(), meta.metadata())),
              BackendKeyValueContract.class,
              BackendModelContract.class),
          lie(
              "makes metadata lower case",
              meta(
                  meta -> {
                    Map<String, String> lower = new HashMap<>();
                    meta.metadata()
                        .forEach((name, text) -> lower.put(name.toLowerCase(Locale.ROOT), text));
                    return with(meta, meta.created(), lower);
                  }),
              BackendKeyValueContract.class),
          lie(
              "merges metadata",
              keyValue(
                  honest ->
                      new Forwarding.Store(honest) {
                        @Override
                        public PutResult put(
                            String key, NewEntry entry, Precondition precondition) {
                          Map<String, String> all = new HashMap<>();
                          honest.get(key).ifPresent(there -> all.putAll(there.meta().metadata()));
                          all.putAll(entry.metadata());
                          NewEntry merged =
                              new NewEntry(
                                  entry.value(), entry.contentType(), entry.expires(), all);
                          return honest.put(key, merged, precondition);
                        }
                      }),
              BackendKeyValueContract.class,
              BackendLimitsContract.class,
              BackendModelContract.class),
          lie(
              "reads bytes as text",
              values(
                  value ->
                      new String(value, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8)),
              BackendKeyValueContract.class,
              BackendBatchContract.class,
              BackendCommitContract.class,
              BackendLimitsContract.class),
          lie(
              "takes numbers for doubles",
              keyValue(
                  honest ->
                      new Forwarding.Store(honest) {
                        @Override
                        public Optional<StoredEntry> get(String key) {
                          return honest
                              .get(key)
                              .map(
                                  found ->
                                      found.meta().contentType().equals(Entries.JSON)
                                          ? Forwarding.entry(found, viaDouble(found.value()))
                                          : found);
                        }

                        private byte[] viaDouble(byte[] value) {
                          return Json.write(rounded(Json.read(value)))
                              .getBytes(StandardCharsets.UTF_8);
                        }

                        private Object rounded(@Nullable Object value) {
                          if (value instanceof Map<?, ?> map) {
                            Map<Object, Object> copy = new LinkedHashMap<>();
                            map.forEach((name, member) -> copy.put(name, rounded(member)));
                            return copy;
                          }
                          if (value instanceof BigDecimal number) {
                            double rounded = number.doubleValue();
                            return Double.isInfinite(rounded)
                                ? new BigDecimal(Double.MAX_VALUE)
                                : new BigDecimal(String.valueOf(rounded));
                          }
                          return value == null ? Null.INSTANCE : value;
                        }
                      }),
              BackendKeyValueContract.class),
          lie(
              "deletes whatever version there is",
              keyValue(
                  honest ->
                      new Forwarding.Store(honest) {
                        @Override
                        public DeleteResult delete(String key, Precondition precondition) {
                          return honest.delete(key, Precondition.NONE);
                        }
                      }),
              BackendKeyValueContract.class,
              BackendExpiryContract.class,
              BackendModelContract.class),
          lie(
                  "checks and then acts",
                  keyValue(
                      honest ->
                          new Forwarding.Store(honest) {
                            @Override
                            public PutResult put(
                                String key, NewEntry entry, Precondition precondition) {
                              Optional<String> found =
                                  honest.get(key).map(there -> there.meta().version());
                              boolean holds =
                                  precondition instanceof Precondition.HasVersion wanted
                                      ? found.equals(Optional.of(wanted.version()))
                                      : precondition.equals(Precondition.NONE) || found.isEmpty();
                              if (!holds) {
                                return new PutResult.Conflict(found);
                              }
                              LockSupport.parkNanos(1_000);
                              return honest.put(key, entry, Precondition.NONE);
                            }
                          }),
                  BackendConcurrencyContract.class)
              .orPerhaps(BackendLifeCycleContract.class),
          lie(
              "applies half a commit that conflicts",
              commit(
                  (store, honest) ->
                      (checks, mutations) -> {
                        CommitResult result = honest.commit(checks, mutations);
                        if (result instanceof CommitResult.Conflict && !mutations.isEmpty()) {
                          honest.commit(List.of(), mutations.subList(0, 1));
                        }
                        return result;
                      }),
              BackendCommitContract.class,
              BackendModelContract.class),
          lie(
              "shows half a commit",
              commit(
                  (store, honest) ->
                      (checks, mutations) -> {
                        CommitResult checked = honest.commit(checks, List.of());
                        if (checked instanceof CommitResult.Conflict) {
                          return checked;
                        }
                        List<CommitResult.Applied> applied = new ArrayList<>();
                        for (Mutation mutation : mutations) {
                          CommitResult one = honest.commit(List.of(), List.of(mutation));
                          applied.addAll(((CommitResult.Committed) one).results());
                          LockSupport.parkNanos(1_000);
                        }
                        return new CommitResult.Committed(applied);
                      }),
              BackendCommitContract.class),
          lie(
                  "forgets the checks of keys it does not write",
                  commit(
                      (store, honest) ->
                          (checks, mutations) -> {
                            Set<String> written =
                                new HashSet<>(mutations.stream().map(Mutation::key).toList());
                            List<Check> some =
                                checks.stream()
                                    .filter(check -> written.contains(check.key()))
                                    .toList();
                            return honest.commit(some, mutations);
                          }),
                  BackendCommitContract.class,
                  BackendExpiryContract.class)
              .orPerhaps(BackendModelContract.class),
          lie(
              "counts what it was asked to delete",
              batch(
                  honest ->
                      new BatchOf(honest) {
                        @Override
                        public long deleteMany(Collection<String> keys) {
                          honest.deleteMany(keys);
                          return keys.size();
                        }
                      }),
              BackendBatchContract.class,
              BackendExpiryContract.class,
              BackendModelContract.class),
          lie(
              "leaves the metadata out of a batch",
              batch(
                  honest ->
                      new BatchOf(honest) {
                        @Override
                        public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
                          Map<String, NewEntry> bare = new HashMap<>();
                          entries.forEach(
                              (key, entry) ->
                                  bare.put(key, NewEntry.of(entry.value(), entry.contentType())));
                          return honest.putMany(bare);
                        }
                      }),
              BackendBatchContract.class),
          lie(
              "refuses what its limits allow",
              keyValue(
                  honest ->
                      new Forwarding.Store(honest) {
                        @Override
                        public PutResult put(
                            String key, NewEntry entry, Precondition precondition) {
                          if (entry.value().length > 2_000_000) {
                            throw StorageException.of(ErrorCode.STORAGE_FULL, "too large");
                          }
                          return honest.put(key, entry, precondition);
                        }
                      }),
              BackendLimitsContract.class),
          lie(
              "takes an outage for absence",
              keyValue(
                  honest ->
                      new Forwarding.Store(honest) {
                        @Override
                        public Optional<StoredEntry> get(String key) {
                          try {
                            return honest.get(key);
                          } catch (StorageException e) {
                            return Optional.empty();
                          }
                        }
                      }),
              BackendOutageContract.class,
              BackendLifeCycleContract.class),
          lie(
              "works on after close",
              honest ->
                  new Forwarding.Plugin(honest) {
                    @Override
                    public Backend open(Settings settings, PluginContext context) {
                      return new Forwarding.OpenBackend(super.open(settings, context)) {
                        @Override
                        public void close() {
                          // Nothing: the next one will find the shelf free.
                        }
                      };
                    }
                  },
              BackendBareDriverContract.class,
              BackendLifeCycleContract.class),
          lie(
              "forgets everything when closed",
              honest ->
                  new Forwarding.Plugin(honest) {
                    @Override
                    public Backend open(Settings settings, PluginContext context) {
                      Backend backend = super.open(settings, context);
                      AtomicBoolean closed = new AtomicBoolean();
                      return new Forwarding.OpenBackend(backend) {
                        @Override
                        public void close() {
                          if (!closed.getAndSet(true)) {
                            try {
                              backend.facets().require(KeyValue.class).clear();
                            } catch (StorageException outOfReach) {
                              // A test left the shelf out of reach; it is thrown away anyway.
                            }
                          }
                          backend.close();
                        }
                      };
                    }
                  },
              BackendLifeCycleContract.class,
              BackendKeyContract.class,
              BackendCommitContract.class,
              BackendExpiryContract.class,
              BackendModelContract.class),
          lie(
              "swallows an interruption",
              keyValue(
                  honest ->
                      new Forwarding.Store(honest) {
                        @Override
                        public PutResult put(
                            String key, NewEntry entry, Precondition precondition) {
                          Thread.interrupted();
                          return honest.put(key, entry, precondition);
                        }
                      }),
              BackendInterruptionContract.class),
          lie(
              "gives up a write halfway when interrupted",
              keyValue(
                  honest ->
                      new Forwarding.Store(honest) {
                        @Override
                        public PutResult put(
                            String key, NewEntry entry, Precondition precondition) {
                          PutResult result = honest.put(key, entry, precondition);
                          if (Thread.currentThread().isInterrupted()) {
                            throw StorageException.of(ErrorCode.INTERRUPTED, "interrupted");
                          }
                          return result;
                        }
                      }),
              BackendInterruptionContract.class),
          lie(
              "tears values",
              keyValue(
                  honest ->
                      new Forwarding.Store(honest) {
                        @Override
                        public Optional<StoredEntry> get(String key) {
                          // Meta and bytes are read one after the other.
                          Optional<StoredEntry> meta = honest.get(key);
                          LockSupport.parkNanos(1_000);
                          Optional<StoredEntry> value = honest.get(key);
                          return meta.isPresent() && value.isPresent()
                              ? Optional.of(new StoredEntry(value.get().value(), meta.get().meta()))
                              : Optional.empty();
                        }
                      }),
              BackendConcurrencyContract.class),
          lie(
              "loses a change",
              changes(
                  listener -> {
                    AtomicInteger count = new AtomicInteger();
                    return change -> {
                      if (count.incrementAndGet() % 3 != 0) {
                        listener.accept(change);
                      }
                    };
                  }),
              BackendChangesContract.class),
          lie(
              "tells changes in another order",
              changes(
                  listener -> {
                    List<Changes.StoredChange> held = new ArrayList<>();
                    return change -> {
                      synchronized (held) {
                        held.add(change);
                        if (held.size() == 2) {
                          listener.accept(held.remove(1));
                          listener.accept(held.remove(0));
                        }
                      }
                    };
                  }),
              BackendChangesContract.class),
          lie(
              "keeps a copy for each thread",
              keyValue(
                  honest ->
                      new Forwarding.Store(honest) {
                        private final ThreadLocal<Map<String, Optional<StoredEntry>>> copies =
                            ThreadLocal.withInitial(HashMap::new);

                        @Override
                        public Optional<StoredEntry> get(String key) {
                          Map<String, Optional<StoredEntry>> own = copies.get();
                          Optional<StoredEntry> copy = own.remove(key);
                          if (copy == null) {
                            copy = honest.get(key);
                            own.put(key, copy);
                            LockSupport.parkNanos(1_000); // long enough for somebody's write
                          }
                          return copy;
                        }

                        @Override
                        public PutResult put(
                            String key, NewEntry entry, Precondition precondition) {
                          copies.get().remove(key);
                          return honest.put(key, entry, precondition);
                        }

                        @Override
                        public DeleteResult delete(String key, Precondition precondition) {
                          copies.get().remove(key);
                          return honest.delete(key, precondition);
                        }

                        @Override
                        public void clear() {
                          copies.get().clear();
                          honest.clear();
                        }
                      }),
              BackendConcurrencyContract.class,
              BackendExpiryContract.class,
              BackendLifeCycleContract.class,
              BackendModelContract.class),
          lie(
              "puts every storage on one shelf",
              honest ->
                  new Forwarding.Plugin(honest) {
                    @Override
                    public Backend open(Settings settings, PluginContext context) {
                      return super.open(
                          BareSettings.parse(honest, Map.of("shelf", "the only one")), context);
                    }
                  },
              BackendLifeCycleContract.class),
          lie(
              "fails when closed twice",
              honest ->
                  new Forwarding.Plugin(honest) {
                    @Override
                    public Backend open(Settings settings, PluginContext context) {
                      AtomicBoolean closed = new AtomicBoolean();
                      return new Forwarding.OpenBackend(super.open(settings, context)) {
                        @Override
                        public void close() {
                          super.close();
                          if (closed.getAndSet(true)) {
                            throw StorageException.of(ErrorCode.CLOSED, "closed already");
                          }
                        }
                      };
                    }
                  },
              BackendBareDriverContract.class,
              BackendLifeCycleContract.class,
              BackendKeyContract.class,
              BackendCommitContract.class,
              BackendExpiryContract.class,
              BackendModelContract.class),
          lie(
              "ends a scan without a word when closed",
              keyCursor(
                  (cursor, pageSize) ->
                      new Cursor<>() {
                        @Override
                        public List<String> next() {
                          try {
                            return cursor.next();
                          } catch (StorageException e) {
                            return List.of();
                          }
                        }

                        @Override
                        public void close() {
                          cursor.close();
                        }
                      }),
              BackendLifeCycleContract.class),
          lie(
              "counts what is written by hand",
              byHand(
                  (honest, store) ->
                      new Forwarding.Driver(honest) {
                        @Override
                        public void set(String key, byte[] value) {
                          super.set(key, value);
                          store.put(key, NewEntry.of(value, Entries.BINARY), Precondition.NONE);
                        }
                      }),
              BackendBareDriverContract.class),
          lie(
              "takes one key for another by hand",
              byHand(
                  (honest, store) ->
                      new Forwarding.Driver(honest) {
                        @Override
                        public Optional<byte[]> get(String key) {
                          return super.get(key.strip());
                        }
                      }),
              BackendBareDriverContract.class),
          lie(
              "is used by hand after it was closed",
              byHand(
                  (honest, store) ->
                      new Forwarding.Driver(honest) {
                        @Override
                        public void close() {}
                      }),
              BackendBareDriverContract.class),
          lie(
              "does not offer what it declares",
              honest -> Forwarding.facets(honest, facets -> facets.without(Commit.class)),
              BackendLifeCycleContract.class));

  private Lies() {}

  /**
   * One fault.
   *
   * @param name what the plugin does wrong
   * @param plant puts the fault into an honest plugin
   * @param noticedBy the contracts that must be red
   * @param perhapsBy the contracts that may be red, by chance
   */
  record Lie(
      String name,
      UnaryOperator<StoragePlugin> plant,
      Set<Class<?>> noticedBy,
      Set<Class<?>> perhapsBy) {
    Lie orPerhaps(Class<?>... contracts) {
      return new Lie(name, plant, noticedBy, Set.of(contracts));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Lie lie(String name, UnaryOperator<StoragePlugin> plant, Class<?>... noticedBy) {
    return new Lie(name, plant, Set.of(noticedBy), Set.of());
  }

  /** Returns what the shelf offers, without what would get around the liar. */
  private static Facets only(KeyValue liar) {
    return Facets.of(liar).with(Expiry.class, new Expiry() {});
  }

  private enum Null {
    INSTANCE;

    @Override
    public String toString() {
      return "null";
    }
  }

  private static UnaryOperator<StoragePlugin> keyValue(UnaryOperator<KeyValue> lie) {
    return honest -> Forwarding.facets(honest, facets -> facets.map(KeyValue.class, lie));
  }

  private static UnaryOperator<StoragePlugin> batch(UnaryOperator<Batch> lie) {
    return honest -> Forwarding.facets(honest, facets -> facets.map(Batch.class, lie));
  }

  private static UnaryOperator<StoragePlugin> commit(BiFunction<KeyValue, Commit, Commit> lie) {
    return honest ->
        Forwarding.facets(
            honest,
            facets ->
                facets.map(
                    Commit.class, commit -> lie.apply(facets.require(KeyValue.class), commit)));
  }

  private static UnaryOperator<StoragePlugin> changes(
      UnaryOperator<Consumer<Changes.StoredChange>> lie) {
    return honest ->
        Forwarding.facets(
            honest,
            facets ->
                facets.map(
                    Changes.class,
                    changes ->
                        new Changes() {
                          @Override
                          public boolean resumable() {
                            return false;
                          }

                          @Override
                          public Subscription subscribe(
                              Optional<String> after, Consumer<StoredChange> listener) {
                            return changes.subscribe(after, lie.apply(listener));
                          }
                        }));
  }

  /** A fault in what happens to keys; key-value only, so that nothing gets around it. */
  private static UnaryOperator<StoragePlugin> keys(UnaryOperator<String> lie) {
    return honest ->
        Forwarding.facets(
            honest,
            facets -> {
              KeyValue store = facets.require(KeyValue.class);
              return facets
                  .without(Batch.class)
                  .without(Commit.class)
                  .with(
                      KeyValue.class,
                      new Forwarding.Store(store) {
                        @Override
                        public Optional<StoredEntry> get(String key) {
                          return store.get(lie.apply(key));
                        }

                        @Override
                        public boolean has(String key) {
                          return store.has(lie.apply(key));
                        }

                        @Override
                        public PutResult put(
                            String key, NewEntry entry, Precondition precondition) {
                          return store.put(lie.apply(key), entry, precondition);
                        }

                        @Override
                        public DeleteResult delete(String key, Precondition precondition) {
                          return store.delete(lie.apply(key), precondition);
                        }
                      });
            });
  }

  private static UnaryOperator<StoragePlugin> byHand(
      BiFunction<BareDriver, KeyValue, BareDriver> lie) {
    return honest ->
        new Forwarding.Plugin(honest) {
          @Override
          public Backend open(Settings settings, PluginContext context) {
            Backend backend = super.open(settings, context);
            return new Forwarding.OpenBackend(backend) {
              @Override
              public Optional<BareDriver> bareDriver() {
                KeyValue store = backend.facets().require(KeyValue.class);
                return super.bareDriver().map(driver -> lie.apply(driver, store));
              }
            };
          }
        };
  }

  private static UnaryOperator<StoragePlugin> values(UnaryOperator<byte[]> lie) {
    return keyValue(
        honest ->
            new Forwarding.Store(honest) {
              @Override
              public Optional<StoredEntry> get(String key) {
                return honest
                    .get(key)
                    .map(found -> Forwarding.entry(found, lie.apply(found.value())));
              }
            });
  }

  /** A fault in what is told of an entry, the same by put, get and scan. */
  private static UnaryOperator<StoragePlugin> meta(Function<EntryMeta, EntryMeta> lie) {
    return honest ->
        Forwarding.facets(
            honest,
            facets ->
                facets
                    .without(Batch.class)
                    .without(Commit.class)
                    .map(
                        KeyValue.class,
                        store ->
                            new Forwarding.Store(store) {
                              private StoredEntry tell(StoredEntry found) {
                                return new StoredEntry(found.value(), lie.apply(found.meta()));
                              }

                              @Override
                              public Optional<StoredEntry> get(String key) {
                                return store.get(key).map(this::tell);
                              }

                              @Override
                              public PutResult put(
                                  String key, NewEntry entry, Precondition precondition) {
                                return store.put(key, entry, precondition)
                                        instanceof PutResult.Written written
                                    ? new PutResult.Written(
                                        lie.apply(written.meta()), written.created())
                                    : new PutResult.Conflict(
                                        store.get(key).map(there -> there.meta().version()));
                              }

                              @Override
                              public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
                                return Forwarding.pages(
                                    store.scan(prefix, pageSize),
                                    page ->
                                        page.stream()
                                            .map(
                                                found ->
                                                    new KeyedEntry(
                                                        found.key(), tell(found.entry())))
                                            .toList());
                              }
                            }));
  }

  private static UnaryOperator<StoragePlugin> keyCursor(
      BiFunction<Cursor<String>, Integer, Cursor<String>> lie) {
    return keyValue(
        honest ->
            new Forwarding.Store(honest) {
              @Override
              public Cursor<String> keys(String prefix, int pageSize) {
                return lie.apply(honest.keys(prefix, pageSize), pageSize);
              }
            });
  }

  private static EntryMeta version(EntryMeta meta, String version) {
    return new EntryMeta(
        version,
        meta.created(),
        meta.updated(),
        meta.expires(),
        meta.contentType(),
        meta.metadata());
  }

  private static EntryMeta with(EntryMeta meta, Instant created, Map<String, String> metadata) {
    return new EntryMeta(
        meta.version(), created, meta.updated(), meta.expires(), meta.contentType(), metadata);
  }

  /** A batch that does what another does. */
  private static class BatchOf implements Batch {
    private final Batch honest;

    BatchOf(Batch honest) {
      this.honest = Objects.requireNonNull(honest);
    }

    @Override
    public Map<String, StoredEntry> getMany(Collection<String> keys) {
      return honest.getMany(keys);
    }

    @Override
    public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
      return honest.putMany(entries);
    }

    @Override
    public long deleteMany(Collection<String> keys) {
      return honest.deleteMany(keys);
    }
  }
}
