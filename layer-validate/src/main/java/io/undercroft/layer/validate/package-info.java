/**
 * The layer {@code json-schema}: no value is written that does not keep a schema.
 *
 * <p>ServiceLoader makes a {@link io.undercroft.layer.validate.JsonSchemaLayerPlugin}; nothing else
 * is public.
 */
@NullMarked
package io.undercroft.layer.validate;

import org.jspecify.annotations.NullMarked;
