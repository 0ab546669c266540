/** Proofs of CDI in Weld SE, each with an application of its own. */
@NullMarked
package io.undercroft.runtime.cdi;

import org.jspecify.annotations.NullMarked;
