package io.undercroft.runtime.lifecycle;

import io.undercroft.runtime.client.Mount;
import io.undercroft.runtime.client.MountPoint;
import io.undercroft.runtime.client.Surroundings;
import io.undercroft.runtime.codec.Codecs;
import io.undercroft.runtime.config.Catalog;
import io.undercroft.runtime.config.Configuration;
import io.undercroft.runtime.config.StorageSpec;
import io.undercroft.runtime.config.StorageSpecs;
import io.undercroft.runtime.discovery.PluginCatalog;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.ConfigInfo;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.PluginInfo;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageHealth;
import io.undercroft.storage.StorageInfo;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.TypeRef;
import io.undercroft.storage.tool.ByHand;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running whole.
 *
 * <p>One lock is shared by all names: it is held only while settings are checked against those of
 * the other storages, never while anything opens or closes. Whoever defines or removes one name
 * waits for another who does the same to it, and for nobody else.
 */
final class RunningUndercroft implements Started {
  private static final Logger LOG = LoggerFactory.getLogger(RunningUndercroft.class);
  private static final String CLOSED = "the runtime was closed";

  private final PluginCatalog plugins;
  private final Supplier<Codecs> freshCodecs;
  private volatile Codecs codecs;
  private final String place;
  private final Surroundings surroundings;
  private final StorageOpener opener;
  private final List<ConfigInfo> common;
  private final Closing closing;

  private final Map<String, Seat> seats = new ConcurrentSkipListMap<>();
  private final Map<String, ReentrantLock> changing = new ConcurrentHashMap<>();

  /** Each storage as it was opened last. */
  private final Map<String, StorageOpener.Opening> latest = new ConcurrentHashMap<>();

  private final AtomicLong openings = new AtomicLong();
  private volatile boolean closed;

  /** The settings that are being checked or opened and are not in force yet; guarded by itself. */
  private final Map<String, StorageSpec> pending = new HashMap<>();

  /** A name, what is configured for it, and when it was last opened: 0 is never. */
  private static final class Seat {
    final MountPoint point;
    volatile StorageSpec spec;
    volatile long opened;

    Seat(MountPoint point, StorageSpec spec) {
      this.point = point;
      this.spec = spec;
    }
  }

  RunningUndercroft(
      PluginCatalog plugins,
      Supplier<Codecs> freshCodecs,
      Codecs codecs,
      String place,
      Workers workers,
      Surroundings surroundings,
      Optional<Container> container,
      Map<String, List<Wrapper>> inCode,
      WrapperSource others,
      StorageSpecs specs,
      Closing closing) {
    this.plugins = plugins;
    this.freshCodecs = freshCodecs;
    this.codecs = codecs;
    this.place = place;
    this.surroundings = surroundings;
    this.closing = closing;
    this.opener =
        new StorageOpener(
            plugins,
            () -> this.codecs,
            workers,
            surroundings.clock(),
            inCode,
            others,
            surroundings.caller(),
            container,
            this::neighbour);
    this.common = withoutStorages(specs);
    specs.storages().values().forEach(spec -> seats.put(spec.name(), seat(spec)));
  }

  private Seat seat(StorageSpec spec) {
    MountPoint point =
        new MountPoint(spec.name(), () -> opened(spec, spec.required()), surroundings);
    return new Seat(point, spec);
  }

  private Mount opened(StorageSpec spec, boolean ping) {
    if (closed) {
      throw StorageException.of(ErrorCode.CLOSED, CLOSED).in(spec.name());
    }
    StorageOpener.Opening opening = opener.open(spec, ping);
    latest.put(spec.name(), opening);
    Seat seat = seats.get(spec.name());
    if (seat != null) {
      seat.opened = openings.incrementAndGet();
    }
    return opening.mount();
  }

  private static List<ConfigInfo> withoutStorages(StorageSpecs specs) {
    Set<String> ofStorages = new HashSet<>();
    specs
        .storages()
        .values()
        .forEach(spec -> spec.config().forEach(info -> ofStorages.add(info.name())));
    return specs.config().stream().filter(info -> !ofStorages.contains(info.name())).toList();
  }

  /** Opens the storages that the start must not go on without; all their failures come out. */
  void openRequired() {
    StorageException first = null;
    for (Seat seat : seats.values()) {
      if (seat.spec.required()) {
        try {
          seat.point.mount();
        } catch (StorageException e) {
          if (first == null) {
            first = e;
          } else {
            first.addSuppressed(e);
          }
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  // --- storages

  @Override
  public <T> Storage<T> storage(String name, Class<T> valueType) {
    return seatOf(name).point.handle(valueType);
  }

  @Override
  public <T> Storage<T> storage(String name, TypeRef<T> valueType) {
    return seatOf(name).point.handle(valueType);
  }

  @Override
  public <S extends Storage<?>> S typed(Class<S> storageInterface) {
    StorageName name = storageInterface.getAnnotation(StorageName.class);
    return typed(name == null ? StorageName.DEFAULT : name.value(), storageInterface);
  }

  @Override
  public <S extends Storage<?>> S typed(String name, Class<S> storageInterface) {
    return seatOf(name).point.typed(storageInterface);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(new TreeSet<>(seats.keySet()));
  }

  @Override
  public SortedMap<String, StorageSpec> specs() {
    SortedMap<String, StorageSpec> specs = new TreeMap<>();
    seats.forEach((name, seat) -> specs.put(name, seat.spec));
    return Collections.unmodifiableSortedMap(specs);
  }

  @Override
  public StorageInfo info(String name) {
    return seatOf(name).point.info();
  }

  @Override
  public <T> T tool(String storage, Class<T> type) {
    Seat seat = seatOf(storage);
    Optional<T> closed = opener.tool(seat.spec, type);
    if (closed.isPresent()) {
      return closed.get();
    }
    seat.point.mount();
    StorageOpener.Opening opening = latest.get(storage);
    if (opening != null) {
      for (Wrapper layer : opening.layers()) {
        if (type.isInstance(layer)) {
          return type.cast(layer);
        }
      }
      if (type == ByHand.class) {
        return type.cast(opening.byHand());
      }
    }
    throw StorageException.of(
            ErrorCode.UNSUPPORTED,
            "none of its layers has "
                + type.getSimpleName()
                + "; it has the layers "
                + seat.spec.layers().stream().map(StorageSpec.LayerSpec::id).toList())
        .in(storage);
  }

  @Override
  public List<StorageHealth> health() {
    requireOpen();
    List<StorageHealth> all = new ArrayList<>();
    new TreeMap<>(seats)
        .forEach(
            (name, seat) -> {
              if (seat.spec.required() || seat.point.peek().isPresent()) {
                all.add(new StorageHealth(name, seat.spec.required(), failure(seat.point)));
              }
            });
    return List.copyOf(all);
  }

  private static Optional<StorageException> failure(MountPoint point) {
    try {
      point.ping();
      return Optional.empty();
    } catch (StorageException e) {
      return Optional.of(e);
    }
  }

  /** Returns the facets of a storage for the layer of another one, asked for each time. */
  private Supplier<Facets> neighbour(String name) {
    return () -> seatOf(name).point.mount().facets();
  }

  private Seat seatOf(String name) {
    requireOpen();
    Seat seat = seats.get(name);
    if (seat == null) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "no storage "
              + StorageException.quote(name)
              + " is configured; "
              + (seats.isEmpty() ? "none is" : "configured are " + String.join(", ", names()))
              + ". Set "
              + (name.equals(StorageName.DEFAULT) ? "storage" : "storages." + name)
              + ".type, or define it");
    }
    return seat;
  }

  private void requireOpen() {
    if (closed) {
      throw StorageException.of(ErrorCode.CLOSED, CLOSED);
    }
  }

  // --- what there is

  @Override
  public List<PluginInfo> plugins() {
    requireOpen();
    return plugins.infos();
  }

  @Override
  public List<ConfigInfo> config() {
    requireOpen();
    List<ConfigInfo> all = new ArrayList<>(common);
    seats.values().forEach(seat -> all.addAll(seat.spec.config()));
    all.sort(Comparator.comparing(ConfigInfo::name));
    return List.copyOf(all);
  }

  @Override
  public List<PluginInfo> reloadPlugins() {
    requireOpen();
    List<PluginInfo> fresh = plugins.reload();
    codecs = freshCodecs.get();
    return fresh;
  }

  // --- change

  @Override
  public void define(String name, Map<String, String> settings) {
    requireOpen();
    ReentrantLock lock = changing.computeIfAbsent(name, n -> new ReentrantLock());
    lock.lock();
    try {
      StorageSpec spec = checked(name, settings);
      try {
        define(spec);
      } finally {
        synchronized (pending) {
          pending.remove(name);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Checks against all that is in force or about to be, and claims what the storage needs. */
  private StorageSpec checked(String name, Map<String, String> settings) {
    Catalog catalog = Start.catalog(plugins, codecs, place);
    synchronized (pending) {
      Collection<StorageSpec> others = new ArrayList<>(pending.values());
      seats.values().forEach(seat -> others.add(seat.spec));
      StorageSpec spec = Configuration.define(name, settings, catalog, others);
      Start.requireCodecs(codecs, List.of(spec));
      pending.put(name, spec);
      return spec;
    }
  }

  private void define(StorageSpec spec) {
    Seat seat = seats.get(spec.name());
    if (seat == null) {
      Seat fresh = seat(spec);
      fresh.point.mount();
      fresh.opened = openings.incrementAndGet();
      seats.put(spec.name(), fresh);
      if (closed) {
        fresh.point.end(CLOSED);
        requireOpen();
      }
      return;
    }
    StorageSpec old = seat.spec;
    boolean makeRoom = !Collections.disjoint(old.exclusiveResources(), spec.exclusiveResources());
    seat.point.replace(() -> opened(spec, spec.required()), makeRoom);
    seat.spec = spec;
  }

  @Override
  public boolean remove(String name) {
    requireOpen();
    ReentrantLock lock = changing.computeIfAbsent(name, n -> new ReentrantLock());
    lock.lock();
    try {
      Seat seat = seats.remove(name);
      return seat != null && seat.point.end("it was removed");
    } finally {
      lock.unlock();
    }
  }

  // --- the end

  @Override
  public void close() {
    synchronized (closing) {
      if (closed) {
        return;
      }
      closed = true;
    }
    Closing all = new Closing();
    all.add(closing);
    all.add(this::endSeats);
    all.run();
    LOG.debug("closed");
  }

  /** Ends every storage, the one that was opened last first, but none before those that use it. */
  private void endSeats() {
    List<Seat> latestFirst = new ArrayList<>(seats.values());
    latestFirst.sort(Comparator.<Seat>comparingLong(seat -> seat.opened).reversed());
    Set<Seat> inOrder = new LinkedHashSet<>();
    latestFirst.forEach(seat -> endAfterItsUsers(seat, latestFirst, inOrder));
    List<Seat> lastToEndFirst = new ArrayList<>(inOrder);
    Collections.reverse(lastToEndFirst);
    Closing ending = new Closing();
    lastToEndFirst.forEach(seat -> ending.add(() -> seat.point.end(CLOSED)));
    ending.run();
  }

  private static void endAfterItsUsers(Seat seat, List<Seat> all, Set<Seat> inOrder) {
    for (Seat user : all) {
      if (user.spec.uses().contains(seat.spec.name()) && !inOrder.contains(user)) {
        endAfterItsUsers(user, all, inOrder);
      }
    }
    inOrder.add(seat);
  }
}
