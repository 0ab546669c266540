package io.undercroft.spi;

/**
 * One thing that a backend can do, at the level of bytes. A plugin may have facets of its own,
 * which an application reaches by {@code storage.as(OwnFacet.class)}.
 */
public interface Facet {}
