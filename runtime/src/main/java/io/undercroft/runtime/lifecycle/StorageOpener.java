package io.undercroft.runtime.lifecycle;

import static java.util.stream.Collectors.joining;

import io.undercroft.runtime.client.Capability;
import io.undercroft.runtime.client.Mount;
import io.undercroft.runtime.codec.CodecLimits;
import io.undercroft.runtime.codec.CodecSettings;
import io.undercroft.runtime.codec.Codecs;
import io.undercroft.runtime.codec.StoredDocuments;
import io.undercroft.runtime.config.StorageSpec;
import io.undercroft.runtime.discovery.PluginCatalog;
import io.undercroft.runtime.discovery.Provided;
import io.undercroft.runtime.layers.Retention;
import io.undercroft.runtime.layers.Stack;
import io.undercroft.runtime.query.Documents;
import io.undercroft.spi.Backend;
import io.undercroft.spi.BareDriver;
import io.undercroft.spi.Codec;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Layer;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Limits;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.Transactions;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageInfo;
import io.undercroft.storage.Support;
import io.undercroft.storage.TypeRef;
import io.undercroft.storage.tool.ByHand;
import java.lang.reflect.Type;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens one storage: the backend, the layers about it, the codecs above; and gives it all back, in
 * reverse order, when something on the way fails.
 *
 * <p><b>Threads:</b> safe for concurrent use; holds no lock while anything opens.
 */
final class StorageOpener {
  private static final long KEY_BYTES = 1_024;

  /** What discovery says of a version that a plugin does not tell. */
  private static final String UNKNOWN = "unknown";

  private final PluginCatalog plugins;
  private final Supplier<Codecs> codecs;
  private final Workers workers;
  private final Clock clock;
  private final Map<String, List<Wrapper>> inCode;
  private final WrapperSource others;
  private final Supplier<Optional<String>> caller;
  private final Optional<Container> container;
  private final JndiTransactions transactions = new JndiTransactions();
  private final Function<String, Supplier<Facets>> neighbours;

  /**
   * A storage that was opened.
   *
   * @param layers what its configuration lists and what code handed in, outermost first
   * @param byHand its driver and its codecs without all that
   */
  record Opening(Mount mount, List<Wrapper> layers, ByHand byHand) {}

  StorageOpener(
      PluginCatalog plugins,
      Supplier<Codecs> codecs,
      Workers workers,
      Clock clock,
      Map<String, List<Wrapper>> inCode,
      WrapperSource others,
      Supplier<Optional<String>> caller,
      Optional<Container> container,
      Function<String, Supplier<Facets>> neighbours) {
    this.plugins = plugins;
    this.codecs = codecs;
    this.workers = workers;
    this.clock = clock;
    this.inCode = inCode;
    this.others = others;
    this.caller = caller;
    this.container = container;
    this.neighbours = neighbours;
  }

  /**
   * Opens.
   *
   * @param ping whether to ask the engine for a sign of life as well
   * @throws StorageException naming the storage, the plugin and the cause
   */
  Opening open(StorageSpec spec, boolean ping) {
    Closing closing = new Closing();
    try {
      return open(spec, ping, closing);
    } catch (RuntimeException | Error e) {
      closing.runAfter(e);
      throw e;
    }
  }

  private Opening open(StorageSpec spec, boolean ping, Closing closing) {
    Provided<StoragePlugin> plugin =
        plugins
            .plugin(spec.type())
            .orElseThrow(
                () ->
                    StorageException.of(
                            ErrorCode.CLOSED, "plugin " + spec.type() + " is not there any more")
                        .in(spec.name()));
    StorageContext context =
        new StorageContext(spec, clock, workers, caller, container, transactions, neighbours);
    closing.add(context::end);
    Backend backend = openBackend(spec, plugin, context);
    closing.add(() -> closeBackend(spec, plugin, backend));
    Facets facets = asked(spec, plugin, "tell its facets", backend::facets);
    boolean joins =
        asked(spec, plugin, "tell whether it joins transactions", backend::joinsTransactions);
    context.opened(joins);
    Limits taken = asked(spec, plugin, "tell its limits", backend::limits);
    Runnable pinging =
        () ->
            asked(
                spec,
                plugin,
                "answer a ping",
                () -> {
                  backend.ping();
                  return true;
                });
    if (ping) {
      pinging.run();
    }
    List<WrapperSource.Named> listed = listed(spec, context, closing);
    List<WrapperSource.Named> unlisted = others.wrappers(spec.name(), spec.bindings());
    List<WrapperSource.Named> layers = Stream.of(listed, unlisted).flatMap(List::stream).toList();
    Limits limits = above(layers, taken);
    CodecLimits codecLimits = codecLimits(limits);
    Stack stack =
        compose(
            spec,
            plugin,
            facets,
            limits,
            context,
            new CodecDocuments(new StoredDocuments(codecLimits)),
            listed,
            unlisted);
    closing.add(stack::close);
    Function<Type, Codec<?>> codecs = codecs(spec, codecLimits, closing);
    Mount mount =
        new Mount(
            named(plugin),
            stack.facets(),
            limits,
            clock,
            above(layers, codecs),
            pinging,
            () -> info(spec, plugin, backend, stack, limits, layers),
            closing);
    return new Opening(
        mount,
        listed.stream().map(WrapperSource.Named::wrapper).toList(),
        new Bare(
            () -> asked(spec, plugin, "open its driver for a comparison", backend::bareDriver),
            codecs));
  }

  private static Backend openBackend(
      StorageSpec spec, Provided<StoragePlugin> plugin, StorageContext context) {
    return asked(spec, plugin, "open it", () -> plugin.service().open(spec.settings(), context));
  }

  /** Asks plugin code for something, as itself, and says in a failure who was asked for what. */
  private static <T> T asked(
      StorageSpec spec, Provided<?> plugin, String what, Supplier<@Nullable T> question) {
    T answer;
    try {
      answer = plugin.call(question);
    } catch (StorageException e) {
      throw told(
          e, "plugin " + named(plugin) + " could not " + what + ": " + e.reason(), spec.name());
    } catch (LinkageError e) {
      String why =
          "%s; a library that it needs is missing beside its jar, or is of another version than it was built for";
      throw failed(ErrorCode.INVALID_CONFIG, spec, plugin, what, why.formatted(e), e);
    } catch (RuntimeException e) {
      String why =
          "it failed in an unexpected way, with %s; this is a mistake in the plugin: report it there, with the cause of this exception";
      throw failed(
          ErrorCode.CONNECTION_FAILED,
          spec,
          plugin,
          what,
          why.formatted(e.getClass().getName()),
          e);
    }
    if (answer == null) {
      String why = "it answered null; this is a mistake in the plugin";
      throw failed(ErrorCode.CONNECTION_FAILED, spec, plugin, what, why, null);
    }
    return answer;
  }

  private static StorageException failed(
      ErrorCode code,
      StorageSpec spec,
      Provided<?> plugin,
      String what,
      String why,
      @Nullable Throwable cause) {
    String message = "plugin " + named(plugin) + " could not " + what + ": " + why;
    return (cause == null
            ? StorageException.of(code, message)
            : StorageException.of(code, message, cause))
        .in(spec.name());
  }

  private static StorageException told(StorageException cause, String message, String storage) {
    StorageException told = StorageException.of(cause.code(), message, cause).in(storage);
    for (Map.Entry<String, String> detail : cause.details().entrySet()) {
      told = told.with(detail.getKey(), detail.getValue());
    }
    return told;
  }

  private static void closeBackend(
      StorageSpec spec, Provided<StoragePlugin> plugin, Backend backend) {
    asked(
        spec,
        plugin,
        "close it",
        () -> {
          backend.close();
          return true;
        });
  }

  private Stack compose(
      StorageSpec spec,
      Provided<StoragePlugin> plugin,
      Facets facets,
      Limits limits,
      StorageContext context,
      Documents documents,
      List<WrapperSource.Named> listed,
      List<WrapperSource.Named> unlisted) {
    Stack.Builder stack =
        Stack.over(facets, context)
            .documents(documents)
            .limits(limits)
            .retention(
                new Retention(
                    spec.history().changes(), spec.history().bytes(), spec.history().time()))
            .nativeOnly(spec.nativeOnly())
            .readOnly(spec.readOnly())
            .outsideOf(
                spec.ignoresJta() || context.joinedTransactions().isPresent()
                    ? Optional.empty()
                    : context.transactions())
            .debug(spec.debug());
    for (WrapperSource.Named named : listed) {
      stack.layer(named.name(), named.wrapper());
    }
    for (WrapperSource.Named other : unlisted) {
      stack.place(other.name(), other.wrapper());
    }
    PluginFaults faults = new PluginFaults(named(plugin));
    stack.place(PluginFaults.NAME, faults);
    try {
      return stack.compose();
    } catch (StorageException e) {
      throw e.in(spec.name());
    }
  }

  /** Returns what may be written above all layers. */
  private static Limits above(List<WrapperSource.Named> layers, Limits below) {
    Limits limits = below;
    for (WrapperSource.Named layer : layers) {
      if (layer.wrapper() instanceof Layer shaping) {
        limits = shaping.limits(limits);
      }
    }
    return limits;
  }

  /** The layers that configuration lists, with those from code outside of them in each stage. */
  private List<WrapperSource.Named> listed(
      StorageSpec spec, StorageContext context, Closing closing) {
    List<WrapperSource.Named> listed = new ArrayList<>();
    for (StorageSpec.LayerSpec layer : spec.layers()) {
      listed.add(new WrapperSource.Named(layer.id(), layer(spec, layer, context, closing)));
    }
    Set<String> names = new HashSet<>();
    listed.forEach(named -> names.add(named.name()));
    List<Wrapper> own = new ArrayList<>(inCode.getOrDefault(spec.name(), List.of()));
    own.sort(Comparator.comparing(Wrapper::stage));
    int at = 0;
    for (Wrapper wrapper : own) {
      while (at < listed.size()
          && listed.get(at).wrapper().stage().compareTo(wrapper.stage()) < 0) {
        at++;
      }
      listed.add(at++, new WrapperSource.Named(unused(wrapper.id(), names), wrapper));
    }
    return listed;
  }

  private static String unused(String id, Set<String> names) {
    String name = id;
    for (int i = 2; !names.add(name); i++) {
      name = id + "-" + i;
    }
    return name;
  }

  /**
   * Returns what looks after a storage without its being open, if one of its layers has it.
   *
   * @throws StorageException naming the storage, the layer and the cause
   */
  <T> Optional<T> tool(StorageSpec spec, Class<T> type) {
    for (StorageSpec.LayerSpec layer : spec.layers()) {
      for (Provided<LayerPlugin> kind : plugins.layerPlugins()) {
        if (kind.id().equals(layer.id())) {
          StorageContext context =
              new StorageContext(spec, clock, workers, caller, container, transactions, neighbours);
          Optional<Object> tool =
              asked(
                  spec,
                  kind,
                  "give its tool",
                  () -> kind.service().tool(layer.settings(), context));
          if (tool.isPresent() && type.isInstance(tool.get())) {
            return Optional.of(type.cast(tool.get()));
          }
        }
      }
    }
    return Optional.empty();
  }

  private Wrapper layer(
      StorageSpec spec, StorageSpec.LayerSpec layer, StorageContext context, Closing closing) {
    for (Provided<Wrapper> ready : plugins.wrappers()) {
      if (ready.id().equals(layer.id())) {
        return ready.service();
      }
    }
    for (Provided<LayerPlugin> kind : plugins.layerPlugins()) {
      if (kind.id().equals(layer.id())) {
        Wrapper wrapper =
            asked(
                spec, kind, "make its layer", () -> kind.service().open(layer.settings(), context));
        if (wrapper instanceof AutoCloseable closeable) {
          closing.add(() -> closeLayer(spec, kind, closeable));
        }
        return wrapper;
      }
    }
    throw StorageException.of(
            ErrorCode.INVALID_CONFIG, "there is no layer '" + layer.id() + "' any more")
        .in(spec.name());
  }

  private static void closeLayer(
      StorageSpec spec, Provided<LayerPlugin> kind, AutoCloseable layer) {
    asked(
        spec,
        kind,
        "close its layer",
        () -> {
          close(layer, "a layer");
          return true;
        });
  }

  static CodecSettings codecSettings(StorageSpec spec, CodecLimits limits) {
    return new CodecSettings(
        spec.codec().orElse(CodecSettings.DEFAULT.codec()),
        spec.format(),
        spec.compression(),
        limits);
  }

  private static CodecLimits codecLimits(Limits limits) {
    return CodecLimits.DEFAULT.withBytes(
        (int) Math.min(limits.valueBytes(), Integer.MAX_VALUE - 8));
  }

  private static void close(AutoCloseable owner, String what) {
    try {
      owner.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalStateException("closing " + what + " failed", e);
    }
  }

  /** The codecs by type. */
  private Function<Type, Codec<?>> codecs(StorageSpec spec, CodecLimits limits, Closing closing) {
    CodecSettings settings = codecSettings(spec, limits);
    Codecs all = codecs.get();
    Map<Type, Codec<?>> known = new ConcurrentHashMap<>();
    return type ->
        known.computeIfAbsent(
            type,
            fresh -> {
              Codec<?> codec = all.codecFor(fresh, settings);
              if (codec instanceof AutoCloseable owner) {
                closing.add(() -> close(owner, "the codec of " + fresh.getTypeName()));
              }
              return codec;
            });
  }

  /** The codecs by type, as they look above the layers. */
  private static Function<Type, Codec<?>> above(
      List<WrapperSource.Named> layers, Function<Type, Codec<?>> below) {
    Map<Type, Codec<?>> known = new ConcurrentHashMap<>();
    return type -> known.computeIfAbsent(type, fresh -> above(layers, below.apply(fresh), fresh));
  }

  private static <T> Codec<T> above(List<WrapperSource.Named> layers, Codec<T> below, Type type) {
    Codec<T> codec = below;
    for (WrapperSource.Named layer : layers) {
      if (layer.wrapper() instanceof Layer looking) {
        codec = looking.codec(codec, type);
      }
    }
    return codec;
  }

  /** A storage without its layers. */
  private record Bare(Supplier<Optional<BareDriver>> opening, Function<Type, Codec<?>> codecs)
      implements ByHand {
    @Override
    public Optional<BareDriver> driver() {
      return opening.get();
    }

    @Override
    @SuppressWarnings("unchecked") // a codec is asked for by its type
    public <T> Codec<T> codec(TypeRef<T> type) {
      return (Codec<T>) codecs.apply(type.type());
    }
  }

  private static StorageInfo info(
      StorageSpec spec,
      Provided<StoragePlugin> plugin,
      Backend backend,
      Stack stack,
      Limits limits,
      List<WrapperSource.Named> layers) {
    Map<String, Support> capabilities = new LinkedHashMap<>();
    for (Capability capability : Capability.values()) {
      if (capability.isOfferedBy(stack.facets())) {
        capabilities.put(capability.type().getSimpleName(), support(stack, capability.facet()));
      }
    }
    for (Class<? extends Facet> own : Capability.ownFacets(stack.facets())) {
      capabilities.put(own.getSimpleName(), support(stack, own));
    }
    Map<String, Long> sizes = new LinkedHashMap<>();
    sizes.put("keyBytes", KEY_BYTES);
    sizes.put("valueBytes", limits.valueBytes());
    sizes.put("metadataBytes", (long) limits.metadataBytes());
    sizes.put("batchEntries", (long) limits.batchEntries());
    if (stack.facets().find(Commit.class).isPresent()) {
      sizes.put("commitEntries", (long) limits.commitEntries());
    }
    Map<String, String> details =
        new LinkedHashMap<>(asked(spec, plugin, "tell its details", backend::details));
    stack
        .facets()
        .find(Transactions.class)
        .ifPresent(
            transactions ->
                details.put(
                    "isolation",
                    transactions.levels().stream()
                        .sorted()
                        .map(Isolation::name)
                        .collect(joining(", "))));
    for (WrapperSource.Named layer : layers) {
      layer
          .wrapper()
          .details()
          .forEach((name, text) -> details.put(layer.name() + "." + name, text));
    }
    return new StorageInfo(
        spec.name(),
        plugin.id(),
        plugin.version(),
        stack.layers().stream().filter(name -> !name.equals(PluginFaults.NAME)).toList(),
        capabilities,
        sizes,
        details);
  }

  private static Support support(Stack stack, Class<? extends Facet> facet) {
    return Optional.ofNullable(stack.support().get(facet)).orElse(Support.NATIVE);
  }

  private static String named(Provided<?> plugin) {
    return plugin.version().equals(UNKNOWN) ? plugin.id() : plugin.id() + " " + plugin.version();
  }
}
