/** Proofs of the stack. */
@NullMarked
package io.undercroft.runtime.layers;

import org.jspecify.annotations.NullMarked;
