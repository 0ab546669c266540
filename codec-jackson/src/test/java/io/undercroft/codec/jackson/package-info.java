@NullMarked
package io.undercroft.codec.jackson;

import org.jspecify.annotations.NullMarked;
