package io.undercroft.runtime.config;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Properties that were set in code: stronger than every source, and taken literally. */
final class LiteralLookup implements Lookup {
  /** What their place is called unless somebody says otherwise. */
  static final String SOURCE = "code";

  private final Map<String, String> properties = new TreeMap<>();
  private final String source;

  LiteralLookup(Map<String, String> byName, String source) {
    this.source = source;
    byName.forEach((name, value) -> properties.put(PropertyName.plain(name), value));
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(properties.keySet());
  }

  @Override
  public Set<String> variables() {
    return Set.of();
  }

  @Override
  public Optional<Found> find(String name) {
    return Optional.ofNullable(properties.get(name))
        .map(text -> new Found(name, text, source, Integer.MAX_VALUE, Optional.empty()));
  }

  @Override
  public Collection<String> problems() {
    return List.of();
  }
}
