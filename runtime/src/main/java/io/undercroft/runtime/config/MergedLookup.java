package io.undercroft.runtime.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Several lookups as one: what has the higher ordinal is in force, and of equals the first. */
final class MergedLookup implements Lookup {
  private final List<Lookup> parts;
  private final List<String> problems;

  MergedLookup(List<Lookup> parts, Collection<String> moreProblems) {
    this.parts = List.copyOf(parts);
    List<String> all = new ArrayList<>(moreProblems);
    parts.forEach(part -> all.addAll(part.problems()));
    problems = List.copyOf(all);
  }

  @Override
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    parts.forEach(part -> names.addAll(part.names()));
    names.removeIf(name -> PropertyName.parse(name).isEmpty());
    return names;
  }

  @Override
  public Set<String> variables() {
    Set<String> variables = new TreeSet<>();
    parts.forEach(part -> variables.addAll(part.variables()));
    return variables;
  }

  @Override
  public Optional<Found> find(String name) {
    Optional<Found> strongest = Optional.empty();
    for (Lookup part : parts) {
      Optional<Found> found = part.find(name);
      if (found.isPresent()
          && (strongest.isEmpty() || found.get().ordinal() > strongest.get().ordinal())) {
        strongest = found;
      }
    }
    return strongest;
  }

  @Override
  public Collection<String> problems() {
    return problems;
  }
}
