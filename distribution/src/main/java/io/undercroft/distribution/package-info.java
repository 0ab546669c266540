/** The command line of the distribution: picocli commands over {@link io.undercroft.storage.Undercroft}. */
@NullMarked
package io.undercroft.distribution;

import org.jspecify.annotations.NullMarked;
