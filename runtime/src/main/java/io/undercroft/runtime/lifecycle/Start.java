package io.undercroft.runtime.lifecycle;

import io.undercroft.runtime.client.Surroundings;
import io.undercroft.runtime.codec.CodecLimits;
import io.undercroft.runtime.codec.Codecs;
import io.undercroft.runtime.config.Catalog;
import io.undercroft.runtime.config.Configuration;
import io.undercroft.runtime.config.PluginSettings;
import io.undercroft.runtime.config.StorageSpec;
import io.undercroft.runtime.config.StorageSpecs;
import io.undercroft.runtime.discovery.PluginCatalog;
import io.undercroft.runtime.discovery.PluginSources;
import io.undercroft.runtime.discovery.PluginTrust;
import io.undercroft.runtime.discovery.Provided;
import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.spi.CodecProvider;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start, step by step: read what must be known before plugins are loaded; find the plugins;
 * check every setting of every storage; open what the application cannot do without. Whatever
 * fails, what was opened by then is closed.
 */
final class Start {
  private static final Logger LOG = LoggerFactory.getLogger(Start.class);

  /** How long operations under way, and afterwards threads, are waited for at the end. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Start() {}

  static RunningUndercroft open(Launch launch) {
    RunningUndercroft running = run(launch);
    if (!launch.openAtStart()) {
      return running;
    }
    try {
      running.openRequired();
    } catch (RuntimeException | Error e) {
      closeAfter(e, running);
      throw e;
    }
    return running;
  }

  private static void closeAfter(Throwable failure, RunningUndercroft running) {
    try {
      running.close();
    } catch (RuntimeException | Error e) {
      failure.addSuppressed(e);
    }
  }

  static RunningUndercroft run(Launch launch) {
    Closing closing = new Closing();
    try {
      return run(launch, closing);
    } catch (RuntimeException | Error e) {
      closing.runAfter(e);
      throw e;
    }
  }

  private static RunningUndercroft run(Launch launch, Closing closing) {
    ClassLoader loader = launch.classLoader();
    Configuration configuration = launch.configuration().classLoader(loader).build();
    PluginSettings found = configuration.bootstrap(withoutFolder(launch));
    PluginCatalog plugins = PluginCatalog.open(sources(launch, loader, found));
    closing.add(plugins::close);
    Codecs codecs = codecs(plugins, loader);
    String place = place(launch, found);
    StorageSpecs specs = configuration.check(catalog(plugins, codecs, place));
    specs.notes().forEach(note -> LOG.info("{}", note));
    requireConfigured(launch, specs);
    requireBindable(launch, specs);
    requireCodecs(codecs, specs.storages().values());
    Workers workers =
        new Workers(launch.executor(), launch.container().flatMap(Container::threads), PATIENCE);
    closing.add(workers::close);
    Surroundings surroundings =
        new Surroundings(
            workers.async(),
            workers.work(),
            launch.clock(),
            ThreadLocalRandom::current,
            launch.caller(),
            launch.context(),
            PATIENCE);
    RunningUndercroft running =
        new RunningUndercroft(
            plugins,
            () -> codecs(plugins, loader),
            codecs,
            place,
            workers,
            surroundings,
            launch.container(),
            launch.wrappers(),
            launch.wrapperSource().orElse((storage, bindings) -> List.of()),
            specs,
            closing);
    return running;
  }

  private static Catalog withoutFolder(Launch launch) {
    Catalog.Builder present = Catalog.builder().plugin(Catalog.Plugin.of(new MemoryPlugin()));
    launch.plugins().forEach(plugin -> present.plugin(Catalog.Plugin.of(plugin)));
    return present.build();
  }

  private static PluginSources sources(Launch launch, ClassLoader loader, PluginSettings settings) {
    PluginSources.Builder sources = PluginSources.builder().builtIn(new MemoryPlugin());
    if (settings.pathSource().equals("default")) {
      sources.folderIfPresent(settings.path());
    } else {
      sources.folder(settings.path());
    }
    sources.trust(trust(settings));
    settings.staging().ifPresent(sources::staging);
    if (launch.classPathPlugins()) {
      sources.classPath(loader);
    }
    launch.plugins().forEach(sources::inCode);
    launch.codecs().forEach(sources::inCode);
    return sources.build();
  }

  private static PluginTrust trust(PluginSettings settings) {
    return switch (settings.trust()) {
      case OPEN -> PluginTrust.open();
      case LOCK -> settings.lock().map(PluginTrust::lock).orElseGet(PluginTrust::lock);
      case SIGNED ->
          PluginTrust.signed(settings.truststore().orElseThrow(), settings.truststorePassword());
    };
  }

  private static Codecs codecs(PluginCatalog plugins, ClassLoader loader) {
    List<CodecProvider> providers = new ArrayList<>();
    for (Provided<CodecProvider> provided : plugins.codecs()) {
      providers.add(provided.service());
    }
    return Codecs.of(providers, loader);
  }

  private static String place(Launch launch, PluginSettings settings) {
    return launch.classPathPlugins()
        ? settings.path() + " and the class path"
        : settings.path().toString();
  }

  /** Says to the configuration what there is. */
  static Catalog catalog(PluginCatalog plugins, Codecs codecs, String place) {
    Catalog.Builder catalog =
        Catalog.builder()
            .broken(plugins.infos())
            .codecs(codecs.ids())
            .formats(Codecs.formats())
            .compressions(Codecs.compressions())
            .place(place);
    for (Provided<StoragePlugin> plugin : plugins.plugins()) {
      catalog.plugin(
          new Catalog.Plugin(
              plugin.id(),
              plugin.options(),
              settings -> plugin.call(() -> plugin.service().exclusiveResources(settings))));
    }
    for (Provided<Wrapper> wrapper : plugins.wrappers()) {
      catalog.layer(wrapper.id(), List.of());
    }
    for (Provided<LayerPlugin> layer : plugins.layerPlugins()) {
      catalog.layer(
          layer.id(),
          layer.options(),
          settings -> layer.call(() -> layer.service().scope(settings)),
          settings -> layer.call(() -> layer.service().storages(settings)));
    }
    return catalog.build();
  }

  /** A layer for a storage that does not exist is most likely one that will be missed elsewhere. */
  private static void requireConfigured(Launch launch, StorageSpecs specs) {
    for (String storage : launch.wrappers().keySet()) {
      if (!specs.storages().containsKey(storage)) {
        throw StorageException.of(
            ErrorCode.INVALID_CONFIG,
            "a layer from code is meant for storage "
                + StorageException.quote(storage)
                + ", which is not configured; configured are "
                + specs.storages().keySet());
      }
    }
  }

  private static void requireBindable(Launch launch, StorageSpecs specs) {
    if (launch.wrapperSource().isPresent()) {
      return;
    }
    List<String> asking = new ArrayList<>();
    for (StorageSpec spec : specs.storages().values()) {
      if (!spec.bindings().isEmpty()) {
        asking.add(spec.name());
      }
    }
    if (!asking.isEmpty()) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "the storages "
              + asking
              + " have 'bindings', which name CDI interceptors, and there is no CDI here; take them"
              + " away, or use 'layers'");
    }
  }

  /** A codec that cannot be had is a mistake to be told at the start, of all storages at once. */
  static void requireCodecs(Codecs codecs, Collection<StorageSpec> specs) {
    List<String> problems = new ArrayList<>();
    for (StorageSpec spec : specs) {
      codecs
          .problems(StorageOpener.codecSettings(spec, CodecLimits.DEFAULT))
          .forEach(problem -> problems.add("storage '" + spec.name() + "': " + problem));
    }
    if (!problems.isEmpty()) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          problems.size() == 1
              ? problems.get(0)
              : problems.size() + " problems\n  - " + String.join("\n  - ", problems));
    }
  }
}
