/** The door of the runtime: what {@link io.undercroft.storage.Undercroft#builder()} finds. */
@NullMarked
package io.undercroft.runtime;

import org.jspecify.annotations.NullMarked;
