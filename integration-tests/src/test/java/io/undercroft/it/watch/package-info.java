/** Watches for a long time, beside many writers: nothing lost, nothing repeated, order kept. */
@NullMarked
package io.undercroft.it.watch;

import org.jspecify.annotations.NullMarked;
