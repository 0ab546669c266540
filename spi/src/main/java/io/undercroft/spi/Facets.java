package io.undercroft.spi;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * An immutable set of facets, each under its interface. What a layer does not mention passes
 * through untouched.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class Facets {
  private static final Facets NONE = new Facets(Map.of());

  private final Map<Class<? extends Facet>, Facet> byType;

  private Facets(Map<Class<? extends Facet>, Facet> byType) {
    this.byType = byType;
  }

  /** Returns the empty set. */
  public static Facets none() {
    return NONE;
  }

  /** Returns the set with key-value only: what every backend has. */
  public static Facets of(KeyValue keyValue) {
    return NONE.with(KeyValue.class, keyValue);
  }

  /** Returns the facet of this type, if it is there. */
  public <F extends Facet> Optional<F> find(Class<F> type) {
    return Optional.ofNullable(byType.get(type)).map(type::cast);
  }

  /**
   * Returns the facet of this type.
   *
   * @throws StorageException UNSUPPORTED, naming what is there
   */
  public <F extends Facet> F require(Class<F> type) {
    return find(type)
        .orElseThrow(
            () ->
                StorageException.of(
                    ErrorCode.UNSUPPORTED,
                    "there is no facet " + type.getSimpleName() + "; there are " + this));
  }

  /** Returns these facets with this one added or put in the place of the one of its type. */
  public <F extends Facet> Facets with(Class<F> type, F facet) {
    if (!type.isInterface() || type == Facet.class) {
      throw new IllegalArgumentException("a facet is known by its own interface, not by " + type);
    }
    Map<Class<? extends Facet>, Facet> more = new LinkedHashMap<>(byType);
    more.put(type, type.cast(facet));
    return new Facets(more);
  }

  /**
   * Returns these facets with the one of this type, if it is there, replaced by what the operator
   * makes of it.
   */
  public <F extends Facet> Facets map(Class<F> type, UnaryOperator<F> wrap) {
    return find(type).map(facet -> with(type, wrap.apply(facet))).orElse(this);
  }

  /** Returns these facets without the one of this type. */
  public Facets without(Class<? extends Facet> type) {
    if (!byType.containsKey(type)) {
      return this;
    }
    Map<Class<? extends Facet>, Facet> fewer = new LinkedHashMap<>(byType);
    fewer.remove(type);
    return new Facets(fewer);
  }

  /** Returns the types that are there, in the order in which they came; immutable. */
  public Set<Class<? extends Facet>> types() {
    return Collections.unmodifiableSet(byType.keySet());
  }

  /** Returns the simple names of the types. */
  @Override
  public String toString() {
    return byType.keySet().stream().map(Class::getSimpleName).collect(Collectors.joining(", "));
  }
}
