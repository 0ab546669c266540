/**
 * The plugin {@code memory}: entries in this process's heap, gone with it.
 *
 * <p>Lifecycle makes a {@link io.undercroft.runtime.memory.MemoryPlugin}; nothing else is public.
 */
@NullMarked
package io.undercroft.runtime.memory;

import org.jspecify.annotations.NullMarked;
