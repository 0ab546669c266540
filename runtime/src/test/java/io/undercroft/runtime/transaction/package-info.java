/** Tests of the transactions that the runtime makes. */
@NullMarked
package io.undercroft.runtime.transaction;

import org.jspecify.annotations.NullMarked;
