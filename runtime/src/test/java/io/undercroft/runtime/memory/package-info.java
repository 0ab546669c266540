/** Proofs of the memory backend, and what stands in for the runtime around it. */
@NullMarked
package io.undercroft.runtime.memory;

import org.jspecify.annotations.NullMarked;
