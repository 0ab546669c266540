/**
 * The codec {@code jackson}: the same JSON as the built-in codec's, by another library.
 *
 * <p>ServiceLoader makes a {@link io.undercroft.codec.jackson.JacksonCodecProvider}; an application
 * with a mapper of its own may hand in one.
 */
@NullMarked
package io.undercroft.codec.jackson;

import org.jspecify.annotations.NullMarked;
