/**
 * The layers {@code prefix}, which gives a storage a part of a backend to itself, and {@code
 * quota}, which limits what it may hold.
 *
 * <p>ServiceLoader makes a {@link io.undercroft.layer.scope.PrefixLayerPlugin} and a {@link
 * io.undercroft.layer.scope.QuotaLayerPlugin}; nothing else is public.
 */
@NullMarked
package io.undercroft.layer.scope;

import org.jspecify.annotations.NullMarked;
