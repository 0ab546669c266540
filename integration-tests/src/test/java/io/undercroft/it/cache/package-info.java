/** Whether a cached storage ever answers what is older than it says. */
@NullMarked
package io.undercroft.it.cache;

import org.jspecify.annotations.NullMarked;
