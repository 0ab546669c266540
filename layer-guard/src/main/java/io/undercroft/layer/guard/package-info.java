/**
 * The layers {@code retry}, {@code timeout}, {@code breaker} and {@code bulkhead}, on Failsafe:
 * what stands between a storage and a backend that may be slow or away.
 *
 * <p>ServiceLoader makes the plugins; nothing else is public.
 */
@NullMarked
package io.undercroft.layer.guard;

import org.jspecify.annotations.NullMarked;
