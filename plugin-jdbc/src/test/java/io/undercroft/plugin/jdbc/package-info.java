/** Proof of the plugins {@code jdbc} and {@code sqlite}. */
@NullMarked
package io.undercroft.plugin.jdbc;

import org.jspecify.annotations.NullMarked;
