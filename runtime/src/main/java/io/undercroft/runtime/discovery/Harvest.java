package io.undercroft.runtime.discovery;

import io.undercroft.spi.CodecProvider;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.Wrapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The services of one or several places. */
record Harvest(
    List<Provided<StoragePlugin>> plugins,
    List<Provided<Wrapper>> wrappers,
    List<Provided<LayerPlugin>> layerPlugins,
    List<Provided<CodecProvider>> codecs) {
  static final Harvest NOTHING = new Harvest(List.of(), List.of(), List.of(), List.of());

  Harvest {
    plugins = List.copyOf(plugins);
    wrappers = List.copyOf(wrappers);
    layerPlugins = List.copyOf(layerPlugins);
    codecs = List.copyOf(codecs);
  }

  static Harvest ofAll(Collection<Harvest> parts) {
    return new Harvest(
        joined(parts, Harvest::plugins),
        joined(parts, Harvest::wrappers),
        joined(parts, Harvest::layerPlugins),
        joined(parts, Harvest::codecs));
  }

  private static <S> List<Provided<S>> joined(
      Collection<Harvest> parts, Function<Harvest, List<Provided<S>>> list) {
    List<Provided<S>> all = new ArrayList<>();
    parts.forEach(part -> all.addAll(list.apply(part)));
    return all;
  }

  /** Returns one line for each option, that of a layer with the layer's id in front. */
  List<String> documentation() {
    return Stream.concat(
            plugins.stream().flatMap(plugin -> plugin.options().stream()).map(Option::toString),
            layerPlugins.stream()
                .flatMap(
                    layer -> layer.options().stream().map(option -> layer.id() + "." + option)))
        .toList();
  }

  boolean isEmpty() {
    return plugins.isEmpty() && wrappers.isEmpty() && layerPlugins.isEmpty() && codecs.isEmpty();
  }
}
