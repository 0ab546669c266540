/**
 * The layer {@code encrypt}: values that only the application can read.
 *
 * <p>ServiceLoader makes an {@link io.undercroft.layer.encrypt.EncryptLayerPlugin}; nothing else is
 * public.
 */
@NullMarked
package io.undercroft.layer.encrypt;

import org.jspecify.annotations.NullMarked;
