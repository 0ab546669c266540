package io.undercroft.runtime.layers;

import io.undercroft.spi.Around;

/**
 * An around of the runtime's own that does not look at what is read, and goes on once and in the
 * thread that called: past it, entries may be handed on one by one, before the operation has
 * returned.
 */
public interface LetsPass extends Around {}
