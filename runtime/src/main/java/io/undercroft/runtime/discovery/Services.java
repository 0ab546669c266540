package io.undercroft.runtime.discovery;

import io.undercroft.spi.Around;
import io.undercroft.spi.CodecProvider;
import io.undercroft.spi.Layer;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.Wrapper;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes the services that a class loader offers, and asks each for its id and options.
 *
 * <p>The services are found and made by {@link ServiceLoader}. Before that, the classes that the
 * service files name are looked at one by one, because from ServiceLoader's errors nobody learns
 * which file is to be mended and how.
 */
final class Services {
  /** Where services come from: an entry of a plugins folder, or the class path. */
  interface Place {
    /** Returns what the service files of this service name. */
    List<Named> named(Class<?> service) throws BrokenEntryException;

    /** Returns whether it is one jar without a folder of its own. */
    boolean isAlone();

    /** Returns where a class of it comes from. */
    Source source(Class<?> type) throws BrokenEntryException;

    /** Takes note of something broken; if the place is broken as a whole by it, throws it on. */
    void broken(String className, BrokenEntryException problem) throws BrokenEntryException;
  }

  /**
   * A class that a service file names.
   *
   * @param blame the jar that holds the service file
   */
  record Named(String className, Blame blame) {}

  /**
   * Where a class comes from.
   *
   * @param version the version of the plugin that it belongs to
   * @param origin the place in one or two words, or its path
   * @param blame the jar to name in a message
   */
  record Source(String version, String origin, Blame blame) {}

  private record Made<S>(S service, Source source) {}

  /** Of layers and codecs, whose default ids are made of class names. */
  private static final Pattern VALID_ID = Pattern.compile("[a-z][a-z0-9-]{0,63}");

  private static final String ID_RULE = "1 to 64 of a-z, 0-9 and '-', starting with a letter";

  /** More errors in a row than any class path has providers. */
  private static final int MOST_STUMBLES = 10_000;

  private final ClassLoader loader;
  private final Place place;

  private Services(ClassLoader loader, Place place) {
    this.loader = loader;
    this.place = place;
  }

  /** Returns what the loader offers; runs the plugins' code under it as context class loader. */
  static Harvest of(ClassLoader loader, Place place) throws BrokenEntryException {
    return ContextLoader.callChecked(loader, () -> new Services(loader, place).harvest());
  }

  /**
   * Returns an instance that somebody else made, asked for its id and options.
   *
   * @param service a {@link StoragePlugin} or a {@link CodecProvider}
   */
  static Harvest handedIn(Object service, String origin) throws BrokenEntryException {
    ClassLoader own = service.getClass().getClassLoader();
    ClassLoader loader = own == null ? ClassLoader.getSystemClassLoader() : own;
    Services services = new Services(loader, new ByHand());
    String version = ClassPath.versionOf(service.getClass());
    Source source =
        new Source(version, origin, new Blame("service (" + origin + ")", "leave it out"));
    return ContextLoader.callChecked(
        loader,
        () ->
            new Harvest(
                service instanceof StoragePlugin plugin
                    ? List.of(services.plugin(plugin, source))
                    : List.of(),
                List.of(),
                List.of(),
                service instanceof CodecProvider codec
                    ? List.of(services.codec(codec, source))
                    : List.of()));
  }

  private Harvest harvest() throws BrokenEntryException {
    List<Provided<StoragePlugin>> plugins = new ArrayList<>();
    for (Made<StoragePlugin> made : made(StoragePlugin.class)) {
      read(made, () -> plugin(made.service(), made.source()), plugins);
    }
    List<Provided<Wrapper>> wrappers = new ArrayList<>();
    for (Made<Layer> made : made(Layer.class)) {
      read(made, () -> wrapper(made.service(), made.source()), wrappers);
    }
    for (Made<Around> made : made(Around.class)) {
      read(made, () -> wrapper(made.service(), made.source()), wrappers);
    }
    List<Provided<LayerPlugin>> layerPlugins = new ArrayList<>();
    for (Made<LayerPlugin> made : made(LayerPlugin.class)) {
      read(made, () -> layerPlugin(made.service(), made.source()), layerPlugins);
    }
    List<Provided<CodecProvider>> codecs = new ArrayList<>();
    for (Made<CodecProvider> made : made(CodecProvider.class)) {
      read(made, () -> codec(made.service(), made.source()), codecs);
    }
    return new Harvest(plugins, wrappers, layerPlugins, codecs);
  }

  private <S> void read(
      Made<?> made,
      ContextLoader.Work<Provided<S>, BrokenEntryException> read,
      List<Provided<S>> into)
      throws BrokenEntryException {
    try {
      into.add(read.get());
    } catch (BrokenEntryException e) {
      place.broken(made.service().getClass().getName(), e);
    }
  }

  /** No place at all: what was handed in is not searched for. */
  private static final class ByHand implements Place {
    @Override
    public List<Named> named(Class<?> service) {
      return List.of();
    }

    @Override
    public boolean isAlone() {
      return false;
    }

    @Override
    public Source source(Class<?> type) {
      return new Source(
          ClassPath.UNKNOWN, type.getName(), new Blame(type.getName(), "leave it out"));
    }

    @Override
    public void broken(String className, BrokenEntryException problem) throws BrokenEntryException {
      throw problem;
    }
  }

  // --- making ------------------------------------------------------------------------------

  private <S> List<Made<S>> made(Class<S> service) throws BrokenEntryException {
    Set<String> refused = new HashSet<>();
    for (Named named : place.named(service)) {
      try {
        check(named, service);
      } catch (BrokenEntryException e) {
        refused.add(named.className());
        place.broken(named.className(), e);
      }
    }
    List<Made<S>> all = new ArrayList<>();
    Iterator<ServiceLoader.Provider<S>> providers =
        ServiceLoader.load(service, loader).stream().iterator();
    int stumbles = 0;
    while (stumbles < MOST_STUMBLES) {
      ServiceLoader.Provider<S> provider;
      try {
        if (!providers.hasNext()) {
          break;
        }
        provider = providers.next();
      } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
        // The iterator is beyond it. What was refused above is told already.
        stumbles++;
        if (stumbles > refused.size()) {
          place.broken(
              service.getName(),
              new BrokenEntryException(
                  "providers of "
                      + service.getName()
                      + " cannot be read: "
                      + Shown.of(e)
                      + ". Mend or remove the jar that names them.",
                  e));
        }
        continue;
      }
      String className = provider.type().getName();
      if (!refused.contains(className)) {
        try {
          all.add(make(provider));
        } catch (BrokenEntryException e) {
          place.broken(className, e);
        }
      }
    }
    return all;
  }

  private void check(Named named, Class<?> service) throws BrokenEntryException {
    String subject = named.blame().file() + ": class " + named.className();
    Class<?> type;
    boolean constructible;
    try {
      type = Class.forName(named.className(), false, loader);
      constructible =
          Modifier.isPublic(type.getModifiers())
              && !Modifier.isAbstract(type.getModifiers())
              && hasPublicNoArgConstructor(type);
    } catch (ClassNotFoundException e) {
      throw new BrokenEntryException(
          subject
              + ", which META-INF/services/"
              + service.getName()
              + " names, is not there. "
              + named.blame().askTheAuthor(),
          e);
    } catch (LinkageError | RuntimeException e) {
      // RuntimeException: what a class loader thinks of seals, signers and forbidden packages.
      throw Diagnosis.of(e, named.blame(), place.isAlone(), named.className(), "loading");
    }
    if (!service.isAssignableFrom(type)) {
      throw new BrokenEntryException(
          subject
              + ", which META-INF/services/"
              + service.getName()
              + " names, does not implement "
              + service.getSimpleName()
              + ". "
              + named.blame().askTheAuthor());
    }
    if (!constructible) {
      throw new BrokenEntryException(
          subject
              + " cannot be made: it must be public, not abstract, and have a public constructor"
              + " without arguments. "
              + named.blame().askTheAuthor());
    }
  }

  private static boolean hasPublicNoArgConstructor(Class<?> type) {
    return Arrays.stream(type.getConstructors())
        .anyMatch(constructor -> constructor.getParameterCount() == 0);
  }

  private <S> Made<S> make(ServiceLoader.Provider<S> provider) throws BrokenEntryException {
    Source source = place.source(provider.type());
    return guarded(
        source.blame(),
        provider.type().getName(),
        "its constructor",
        () -> new Made<>(provider.get(), source));
  }

  // --- asking ------------------------------------------------------------------------------

  private Provided<StoragePlugin> plugin(StoragePlugin plugin, Source source)
      throws BrokenEntryException {
    String id = id(plugin, plugin::id, source, PluginManifest.VALID_ID, PluginManifest.ID_RULE);
    return provided(id, plugin, source, options(plugin, plugin::options, source));
  }

  private Provided<LayerPlugin> layerPlugin(LayerPlugin plugin, Source source)
      throws BrokenEntryException {
    String id = id(plugin, plugin::id, source, PluginManifest.VALID_ID, PluginManifest.ID_RULE);
    return provided(id, plugin, source, options(plugin, plugin::options, source));
  }

  private Provided<Wrapper> wrapper(Wrapper wrapper, Source source) throws BrokenEntryException {
    return provided(
        id(wrapper, wrapper::id, source, VALID_ID, ID_RULE), wrapper, source, List.of());
  }

  private Provided<CodecProvider> codec(CodecProvider codec, Source source)
      throws BrokenEntryException {
    return provided(id(codec, codec::id, source, VALID_ID, ID_RULE), codec, source, List.of());
  }

  private <S> Provided<S> provided(String id, S service, Source source, List<Option<?>> options) {
    ClassLoader own = service.getClass().getClassLoader();
    return new Provided<>(
        id,
        service,
        source.version(),
        source.origin(),
        source.blame().file(),
        options,
        own == null ? loader : own);
  }

  private String id(
      Object service, Supplier<String> asked, Source source, Pattern valid, String rule)
      throws BrokenEntryException {
    String className = service.getClass().getName();
    // A foreign class may return null whatever its interface promises.
    @Nullable String id = guarded(source.blame(), className, "id()", asked);
    if (id == null || !valid.matcher(id).matches()) {
      throw new BrokenEntryException(
          source.blame().file()
              + ": id() of class "
              + className
              + " is "
              + (id == null ? "null" : "'" + Shown.of(id) + "'")
              + "; an id is "
              + rule
              + ". "
              + source.blame().askTheAuthor());
    }
    return id;
  }

  private List<Option<?>> options(Object service, Supplier<List<Option<?>>> asked, Source source)
      throws BrokenEntryException {
    String className = service.getClass().getName();
    @Nullable List<@Nullable Option<?>> options =
        guarded(
            source.blame(),
            className,
            "options()",
            () -> {
              List<Option<?>> answer = asked.get();
              return answer == null ? null : new ArrayList<@Nullable Option<?>>(answer);
            });
    List<Option<?>> checked = new ArrayList<>();
    Set<String> names = new HashSet<>();
    String problem = options == null ? "is null" : "";
    for (@Nullable Option<?> option : options == null ? List.<@Nullable Option<?>>of() : options) {
      if (option == null) {
        problem = "holds null";
      } else if (!names.add(option.name())) {
        problem = "names '" + option.name() + "' twice";
      } else {
        checked.add(option);
      }
    }
    if (!problem.isEmpty()) {
      throw new BrokenEntryException(
          source.blame().file()
              + ": options() of class "
              + className
              + " "
              + problem
              + ". "
              + source.blame().askTheAuthor());
    }
    return checked;
  }

  /** Runs foreign code, which may throw anything at all. */
  private <T extends @Nullable Object> T guarded(
      Blame blame, String className, String during, Supplier<T> foreign)
      throws BrokenEntryException {
    try {
      return foreign.get();
    } catch (Throwable e) {
      throw Diagnosis.of(e, blame, place.isAlone(), className, during);
    }
  }
}
