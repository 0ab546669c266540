/**
 * What a plugin or a layer compiles against.
 *
 * <p>A plugin implements {@link io.undercroft.spi.StoragePlugin} and offers at least {@link
 * io.undercroft.spi.KeyValue}; every further facet is optional. Everything here works on bytes: the
 * codec and the check of keys are done by the runtime, above. No method accepts or returns {@code
 * null}.
 */
@NullMarked
package io.undercroft.spi;

import org.jspecify.annotations.NullMarked;
