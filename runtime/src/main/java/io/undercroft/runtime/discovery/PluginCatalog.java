package io.undercroft.runtime.discovery;

import io.undercroft.spi.CodecProvider;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.PluginInfo;
import io.undercroft.storage.StorageException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that was found: plugins by id, layers, codecs, and the broken entries with what is
 * wrong with them.
 *
 * <p><b>Threads:</b> safe for concurrent use; a reader never waits for a reload. <b>After
 * close:</b> it is empty, and {@link #reload} throws CLOSED.
 */
public final class PluginCatalog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PluginCatalog.class);
  private static final String BUILT_IN = "built in";
  private static final String CODE = "code";
  private static final Comparator<PluginInfo> BY_ID =
      Comparator.comparing(PluginInfo::id).thenComparing(PluginInfo::origin);

  private final PluginSources sources;
  private final ClassLoader host;

  /** What came from elsewhere than the folder; never changes. */
  private Harvest handedIn = Harvest.NOTHING;

  private final List<PluginInfo> handedInInfos = new ArrayList<>();

  /** By the entry's file name. */
  private final Map<String, FolderEntry.Outcome> folder = new TreeMap<>();

  private @Nullable Staging staging;
  private boolean closed;
  private volatile Snapshot snapshot = Snapshot.EMPTY;

  /** What readers see. */
  private record Snapshot(
      Map<String, Provided<StoragePlugin>> plugins,
      List<Provided<Wrapper>> wrappers,
      List<Provided<LayerPlugin>> layerPlugins,
      List<Provided<CodecProvider>> codecs,
      List<PluginInfo> infos) {
    static final Snapshot EMPTY =
        new Snapshot(Map.of(), List.of(), List.of(), List.of(), List.of());
  }

  private PluginCatalog(PluginSources sources) {
    this.sources = sources;
    this.host = Objects.requireNonNull(PluginCatalog.class.getClassLoader(), "host");
  }

  /**
   * Looks everywhere, checks, loads and instantiates what is there.
   *
   * <p>A broken entry fails alone and becomes a {@link PluginInfo} with a problem. An id that two
   * plugins claim, a jar that is not trusted, a folder that was named and is not there, and a
   * broken plugin that was handed in by code stop the start.
   *
   * @throws StorageException INVALID_CONFIG, naming the files
   */
  public static PluginCatalog open(PluginSources sources) {
    PluginCatalog catalog = new PluginCatalog(sources);
    boolean opened = false;
    try {
      catalog.start();
      opened = true;
      return catalog;
    } finally {
      if (!opened) {
        catalog.close();
      }
    }
  }

  private synchronized void start() {
    collectHandedIn();
    Map<String, FolderEntry.Checked> checked = stageAll();
    checkPluginIds(checked.values());
    checked.forEach((name, entry) -> folder.put(name, load(entry)));
    Harvest all = all();
    checkIds("layer", Stream.concat(all.wrappers().stream(), all.layerPlugins().stream()).toList());
    checkIds("codec", all.codecs());
    publish();
    snapshot.infos().forEach(PluginCatalog::log);
  }

  // --- what is handed in -------------------------------------------------------------------

  private void collectHandedIn() {
    List<Harvest> parts = new ArrayList<>();
    for (StoragePlugin plugin : sources.builtIn()) {
      parts.add(handedIn(plugin, BUILT_IN));
    }
    for (StoragePlugin plugin : sources.inCode()) {
      parts.add(handedIn(plugin, CODE));
    }
    for (CodecProvider codec : sources.codecsInCode()) {
      parts.add(handedIn(codec, CODE));
    }
    sources
        .classPath()
        .ifPresent(
            loader -> {
              ClassPath.Result found = ClassPath.harvest(loader);
              parts.add(found.harvest());
              handedInInfos.addAll(found.broken());
            });
    handedIn = Harvest.ofAll(parts);
    handedIn.plugins().forEach(plugin -> handedInInfos.add(info(plugin)));
  }

  private static Harvest handedIn(Object service, String origin) {
    try {
      return Services.handedIn(service, origin);
    } catch (BrokenEntryException e) {
      throw StorageException.of(ErrorCode.INVALID_CONFIG, e.problem(), e);
    }
  }

  private static PluginInfo info(Provided<StoragePlugin> plugin) {
    return new PluginInfo(
        plugin.id(),
        plugin.version(),
        plugin.origin(),
        Optional.empty(),
        plugin.options().stream().map(Option::toString).toList());
  }

  // --- the folder --------------------------------------------------------------------------

  /** Copies, trusts and checks every entry; what is broken is put aside. Loads no class. */
  private Map<String, FolderEntry.Checked> stageAll() {
    Map<String, FolderEntry.Checked> checked = new LinkedHashMap<>();
    Path path = sources.folder().orElse(null);
    if (path == null) {
      return checked;
    }
    List<FolderScan.Entry> entries;
    try {
      entries = FolderScan.of(path, sources.limits());
    } catch (NoSuchFileException e) {
      if (sources.folderMayBeMissing()) {
        LOG.debug("There is no plugins folder {}", path);
        TrustCheck.of(sources.trust(), path, List.of(), Optional.of(Set.of()));
        return checked;
      }
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "plugins folder "
              + path
              + " (storage.plugins.path) does not exist; make it, or set the path to the right one",
          e);
    }
    List<FolderEntry.Staged> staged = new ArrayList<>();
    for (FolderScan.Entry entry : entries) {
      try {
        staged.add(FolderEntry.stage(entry, staging(), sources.limits()));
      } catch (BrokenEntryException e) {
        folder.put(entry.name(), FolderEntry.broken(entry, null, e.problem()));
      }
    }
    Set<String> present = new HashSet<>();
    entries.forEach(entry -> entry.jars().forEach(jar -> present.add(entry.relative(jar))));
    Map<StagedJar, List<CodeSigner>> signers =
        TrustCheck.of(
            sources.trust(),
            path,
            staged.stream().flatMap(entry -> entry.jars().stream()).toList(),
            Optional.of(present));
    for (FolderEntry.Staged entry : staged) {
      try {
        checked.put(entry.entry().name(), FolderEntry.check(entry, signers, sources.limits()));
      } catch (BrokenEntryException e) {
        putAside(entry, e);
      }
    }
    return checked;
  }

  private void putAside(FolderEntry.Staged entry, BrokenEntryException problem) {
    staging().remove(entry.folder());
    folder.put(entry.entry().name(), FolderEntry.broken(entry.entry(), null, problem.problem()));
  }

  private Staging staging() {
    Staging made = staging;
    if (made == null) {
      made = Staging.create(sources.staging());
      staging = made;
    }
    return made;
  }

  private FolderEntry.Outcome load(FolderEntry.Checked entry) {
    try {
      return FolderEntry.load(entry, host, sources.watch());
    } catch (BrokenEntryException e) {
      staging().remove(entry.folder());
      logTrace(entry, e);
      return FolderEntry.broken(entry.entry(), entry.manifest(), e.problem());
    }
  }

  private static void logTrace(FolderEntry.Checked entry, BrokenEntryException problem) {
    try {
      LOG.debug("What broke {}", entry.entry().path(), problem);
    } catch (Throwable e) {
      // A plugin's own exception may fail even when it is printed; the problem itself is reported.
      LOG.debug("What broke {} cannot be printed", entry.entry().path());
    }
  }

  // --- ids ---------------------------------------------------------------------------------

  /** Refuses an id that two plugins claim, before a class of either is loaded. */
  private void checkPluginIds(Collection<FolderEntry.Checked> entries) {
    Map<String, List<String>> claims = new TreeMap<>();
    handedIn.plugins().forEach(plugin -> claim(claims, plugin.id(), where(plugin)));
    entries.forEach(entry -> claim(claims, entry.manifest().id(), entry.entry().path().toString()));
    refuseDoubles("plugin", claims);
  }

  private static void checkIds(String kind, List<? extends Provided<?>> services) {
    Map<String, List<String>> claims = new TreeMap<>();
    services.forEach(service -> claim(claims, service.id(), where(service)));
    refuseDoubles(kind, claims);
  }

  private static void claim(Map<String, List<String>> claims, String id, String where) {
    claims.computeIfAbsent(id, none -> new ArrayList<>()).add(where);
  }

  private static void refuseDoubles(String kind, Map<String, List<String>> claims) {
    List<String> doubles = new ArrayList<>();
    claims.forEach(
        (id, places) -> {
          if (places.size() > 1) {
            doubles.add(
                kind
                    + " id '"
                    + id
                    + "' is claimed by "
                    + String.join(" and by ", places)
                    + "; keep one and remove the other");
          }
        });
    if (!doubles.isEmpty()) {
      throw StorageException.of(ErrorCode.INVALID_CONFIG, String.join("\n", doubles));
    }
  }

  /** Where a service is, in the words of a message. */
  private static String where(Provided<?> service) {
    return switch (service.origin()) {
      case ClassPath.ORIGIN -> "the class path (" + service.file() + ")";
      case BUILT_IN -> "the built-in " + service.service().getClass().getName();
      case CODE -> service.service().getClass().getName() + ", which was made in code,";
      default -> service.origin();
    };
  }

  // --- what readers see --------------------------------------------------------------------

  private Harvest all() {
    List<Harvest> parts = new ArrayList<>();
    parts.add(handedIn);
    for (FolderEntry.Outcome outcome : folder.values()) {
      if (outcome instanceof FolderEntry.Usable usable) {
        parts.add(usable.harvest());
      }
    }
    return Harvest.ofAll(parts);
  }

  private void publish() {
    Harvest all = all();
    Map<String, Provided<StoragePlugin>> plugins = new LinkedHashMap<>();
    sorted(all.plugins()).forEach(plugin -> plugins.put(plugin.id(), plugin));
    List<PluginInfo> infos = new ArrayList<>(handedInInfos);
    folder.values().forEach(outcome -> infos.add(outcome.info()));
    infos.sort(BY_ID);
    snapshot =
        new Snapshot(
            plugins,
            sorted(all.wrappers()),
            sorted(all.layerPlugins()),
            sorted(all.codecs()),
            List.copyOf(infos));
  }

  private static <S> List<Provided<S>> sorted(List<Provided<S>> services) {
    return services.stream().sorted(Comparator.comparing(Provided::id)).toList();
  }

  private static void log(PluginInfo info) {
    info.problem()
        .ifPresentOrElse(
            problem -> LOG.warn("Plugin {} cannot be used: {}", info.id(), problem),
            () -> LOG.debug("Plugin {} {} from {}", info.id(), info.version(), info.origin()));
  }

  /** Returns the usable storage plugins, sorted by id. */
  public List<Provided<StoragePlugin>> plugins() {
    return List.copyOf(snapshot.plugins().values());
  }

  /** Returns the usable storage plugin of this id. */
  public Optional<Provided<StoragePlugin>> plugin(String id) {
    return Optional.ofNullable(snapshot.plugins().get(id));
  }

  /** Returns the layers and arounds that services offer ready-made, sorted by id. */
  public List<Provided<Wrapper>> wrappers() {
    return snapshot.wrappers();
  }

  /** Returns the kinds of layers, sorted by id; no id stands both here and in {@link #wrappers}. */
  public List<Provided<LayerPlugin>> layerPlugins() {
    return snapshot.layerPlugins();
  }

  /** Returns the codec providers, sorted by id. */
  public List<Provided<CodecProvider>> codecs() {
    return snapshot.codecs();
  }

  /**
   * Returns what became of every entry, broken ones included, sorted by id. An entry of the folder
   * that brings layers or codecs only is among them, and is none of {@link #plugins}.
   */
  public List<PluginInfo> infos() {
    return snapshot.infos();
  }

  // --- a second look -----------------------------------------------------------------------

  /**
   * Looks into the plugins folder again. Entries that were loaded before are left as they are, also
   * when their files have changed or gone; an entry that was broken is tried anew. Whatever is
   * wrong with a new entry, a missing trust or a doubled id included, breaks this entry only.
   *
   * @return the entries that were not there at the last look, and those of which something else has
   *     become than then; sorted by id
   * @throws StorageException CLOSED after {@link #close}; INVALID_CONFIG if the folder cannot be
   *     read
   */
  public synchronized List<PluginInfo> reload() {
    if (closed) {
      throw StorageException.of(
          ErrorCode.CLOSED, "the plugins are closed; open Undercroft again to look for new ones");
    }
    Path path = sources.folder().orElse(null);
    if (path == null) {
      return List.of();
    }
    List<FolderScan.Entry> entries;
    try {
      entries = FolderScan.of(path, sources.limits());
    } catch (NoSuchFileException e) {
      LOG.debug("There is no plugins folder {}", path, e);
      entries = List.of();
    }
    Map<String, FolderEntry.Outcome> fresh = retry(path, entries);
    Map<String, FolderEntry.Outcome> before = new TreeMap<>(folder);
    folder.values().removeIf(FolderEntry.Broken.class::isInstance);
    folder.putAll(fresh);
    publish();
    List<PluginInfo> news = new ArrayList<>();
    fresh.forEach(
        (name, outcome) -> {
          if (!outcome.equals(before.get(name))) {
            news.add(outcome.info());
          }
        });
    news.sort(BY_ID);
    news.forEach(PluginCatalog::log);
    return List.copyOf(news);
  }

  /** Takes every entry that is not loaded through all steps; each fails alone. */
  private Map<String, FolderEntry.Outcome> retry(Path path, List<FolderScan.Entry> entries) {
    Map<String, FolderEntry.Outcome> fresh = new TreeMap<>();
    Map<String, FolderEntry.Checked> checked = new LinkedHashMap<>();
    for (FolderScan.Entry entry : entries) {
      if (!(folder.get(entry.name()) instanceof FolderEntry.Usable)) {
        try {
          checked.put(entry.name(), checkAlone(path, entry));
        } catch (BrokenEntryException e) {
          fresh.put(entry.name(), FolderEntry.broken(entry, null, e.problem()));
        }
      }
    }
    checked.forEach(
        (name, entry) -> {
          Optional<String> rival = rival(entry, checked.values());
          FolderEntry.Outcome outcome =
              rival.isPresent()
                  ? refuse(entry, rival.get())
                  : withoutDoubles(entry, load(entry), fresh.values());
          fresh.put(name, outcome);
        });
    return fresh;
  }

  private FolderEntry.Checked checkAlone(Path path, FolderScan.Entry entry)
      throws BrokenEntryException {
    FolderEntry.Staged staged;
    try {
      staged = FolderEntry.stage(entry, staging(), sources.limits());
    } catch (StorageException e) {
      throw new BrokenEntryException(entry.path() + ": " + e.reason(), e);
    }
    boolean passed = false;
    try {
      Map<StagedJar, List<CodeSigner>> signers =
          TrustCheck.of(sources.trust(), path, staged.jars(), Optional.empty());
      FolderEntry.Checked checked = FolderEntry.check(staged, signers, sources.limits());
      passed = true;
      return checked;
    } catch (StorageException e) {
      throw new BrokenEntryException(e.reason(), e);
    } finally {
      if (!passed) {
        staging().remove(staged.folder());
      }
    }
  }

  /** Returns who else claims the id of a new entry. */
  private Optional<String> rival(
      FolderEntry.Checked entry, Collection<FolderEntry.Checked> others) {
    String id = entry.manifest().id();
    Optional<String> running =
        all().plugins().stream()
            .filter(plugin -> plugin.id().equals(id))
            .map(PluginCatalog::where)
            .findFirst();
    return running.or(
        () ->
            others.stream()
                .filter(other -> !other.equals(entry) && other.manifest().id().equals(id))
                .map(other -> other.entry().path().toString())
                .findFirst());
  }

  private FolderEntry.Broken refuse(FolderEntry.Checked entry, String rival) {
    staging().remove(entry.folder());
    return FolderEntry.broken(
        entry.entry(),
        entry.manifest(),
        entry.entry().path()
            + ": plugin id '"
            + entry.manifest().id()
            + "' is already claimed by "
            + rival
            + ". Remove one of the two; to run another version of a loaded plugin, start again.");
  }

  private FolderEntry.Outcome withoutDoubles(
      FolderEntry.Checked entry,
      FolderEntry.Outcome outcome,
      Collection<FolderEntry.Outcome> fresh) {
    if (!(outcome instanceof FolderEntry.Usable usable)) {
      return outcome;
    }
    List<Harvest> parts = new ArrayList<>(List.of(all(), usable.harvest()));
    for (FolderEntry.Outcome other : fresh) {
      if (other instanceof FolderEntry.Usable loaded) {
        parts.add(loaded.harvest());
      }
    }
    Harvest with = Harvest.ofAll(parts);
    try {
      checkIds(
          "layer", Stream.concat(with.wrappers().stream(), with.layerPlugins().stream()).toList());
      checkIds("codec", with.codecs());
      return usable;
    } catch (StorageException e) {
      usable.loader().close();
      staging().remove(entry.folder());
      return FolderEntry.broken(
          entry.entry(), entry.manifest(), entry.entry().path() + ": " + e.reason() + ".");
    }
  }

  /**
   * Closes every class loader and removes the private copies of jars. The storages that were opened
   * with these plugins are closed before. Idempotent.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (FolderEntry.Outcome outcome : folder.values()) {
      if (outcome instanceof FolderEntry.Usable usable) {
        usable.loader().close();
      }
    }
    folder.clear();
    handedIn = Harvest.NOTHING;
    handedInInfos.clear();
    snapshot = Snapshot.EMPTY;
    if (staging != null) {
      staging.close();
    }
  }
}
