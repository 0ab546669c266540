package io.undercroft.runtime.config;

import io.undercroft.spi.Option;
import io.undercroft.storage.PluginInfo;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The words that configuration may use, as the catalog has them.
 *
 * @param catalog what was found
 * @param complete whether that is everything: if not, nothing is called unknown because the catalog
 *     lacks it
 */
record Vocabulary(Catalog catalog, boolean complete) {
  private static final int SHOWN_OPTIONS = 12;

  /** Returns the plugin of this id or, by a near miss, the one that seems to be meant. */
  Optional<Catalog.Plugin> plugin(String id) {
    return Optional.ofNullable(catalog.plugins().get(id))
        .or(
            () ->
                NearMiss.of(id, catalog.plugins().keySet())
                    .map(near -> catalog.plugins().get(near)));
  }

  /** Returns the plugin that a storage asks for or seems to mean. */
  Optional<Catalog.Plugin> pluginOf(String storage, Lookup lookup) {
    return lookup
        .find(PropertyName.prefix(storage) + CommonOptions.TYPE.name())
        .filter(Found::isSet)
        .flatMap(type -> plugin(type.text().strip()));
  }

  /** Returns the options that a storage of this plugin may have, with those of all layers. */
  SortedSet<String> options(Catalog.Plugin plugin) {
    SortedSet<String> names = withoutPlugin();
    names.addAll(names(plugin.options()));
    return names;
  }

  /** Returns the options that some storage may have. */
  SortedSet<String> allOptions() {
    SortedSet<String> names = withoutPlugin();
    catalog.plugins().values().forEach(plugin -> names.addAll(names(plugin.options())));
    return names;
  }

  private SortedSet<String> withoutPlugin() {
    SortedSet<String> names = names(CommonOptions.STORAGE);
    catalog
        .layers()
        .forEach((id, options) -> names(options).forEach(option -> names.add(id + "." + option)));
    return names;
  }

  static SortedSet<String> names(Collection<Option<?>> options) {
    SortedSet<String> names = new TreeSet<>();
    options.forEach(option -> names.add(option.name()));
    return names;
  }

  /** Says that there is no such plugin, what was meant, what there is and what is broken. */
  String noSuchPlugin(String type) {
    Optional<PluginInfo> broken =
        catalog.broken().stream().filter(plugin -> plugin.id().equals(type)).findFirst();
    if (broken.isPresent()) {
      return "this plugin cannot be used" + because(broken.get());
    }
    String hint = NearMiss.hint(type, catalog.plugins().keySet());
    StringBuilder words = new StringBuilder("no such plugin").append(hint);
    words.append(hint.isEmpty() ? "; found " : " found ");
    words.append(
        catalog.plugins().isEmpty() ? "none" : String.join(", ", catalog.plugins().keySet()));
    words.append(" in ").append(catalog.place());
    for (PluginInfo other : catalog.broken()) {
      words.append("; not usable: ").append(other.id()).append(because(other));
    }
    return words.toString();
  }

  private static String because(PluginInfo broken) {
    return " (" + broken.origin() + "): " + Mask.value(broken.problem().orElse(""));
  }

  /** Says that there is no such thing, what was meant and what there is. */
  static String noSuch(String kind, String id, Collection<String> ids) {
    String hint = NearMiss.hint(id, ids);
    return "no such "
        + kind
        + (hint.isEmpty() ? ";" : hint)
        + (ids.isEmpty() ? " there is none" : " there are " + String.join(", ", ids));
  }

  /** Says whose an option is that is near nothing which this plugin has, or else what it has. */
  String elsewhere(String option, Catalog.Plugin plugin) {
    List<String> others =
        catalog.plugins().values().stream()
            .filter(other -> names(other.options()).contains(option))
            .map(Catalog.Plugin::id)
            .toList();
    if (!others.isEmpty()) {
      return " of plugin '" + plugin.id() + "'; " + String.join(", ", others) + " has it";
    }
    List<String> own = List.copyOf(names(plugin.options()));
    if (own.isEmpty()) {
      return "; plugin '" + plugin.id() + "' has none of its own";
    }
    return "; plugin '"
        + plugin.id()
        + "' has "
        + String.join(", ", own.subList(0, Math.min(SHOWN_OPTIONS, own.size())))
        + (own.size() > SHOWN_OPTIONS ? " …" : "");
  }
}
