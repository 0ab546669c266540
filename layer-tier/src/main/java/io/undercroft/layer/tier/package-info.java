/** The layer {@code tier}: entries lie in a hot, warm or cold storage, as rules say. */
@NullMarked
package io.undercroft.layer.tier;

import org.jspecify.annotations.NullMarked;
