/**
 * The command line of the distribution: picocli commands over {@link
 * io.undercroft.storage.Undercroft}.
 */
@NullMarked
package io.undercroft.cli;

import org.jspecify.annotations.NullMarked;
