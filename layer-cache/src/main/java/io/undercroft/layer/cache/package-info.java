/**
 * The layer {@code cache}: entries near at hand, in this process's heap, in front of any backend.
 *
 * <p>ServiceLoader makes a {@link io.undercroft.layer.cache.CacheLayerPlugin}; nothing else is
 * public.
 */
@NullMarked
package io.undercroft.layer.cache;

import org.jspecify.annotations.NullMarked;
