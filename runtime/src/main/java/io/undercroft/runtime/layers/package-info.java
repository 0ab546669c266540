/**
 * What stands between a storage's typed client and its backend: arounds, layers, and the completion
 * of facets that the backend lacks.
 *
 * <p>Lifecycle composes one {@link io.undercroft.runtime.layers.Stack} for each storage; nothing
 * else is public.
 */
@NullMarked
package io.undercroft.runtime.layers;

import org.jspecify.annotations.NullMarked;
