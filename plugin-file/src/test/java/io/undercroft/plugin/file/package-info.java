/** Proof of the plugin {@code file}. */
@NullMarked
package io.undercroft.plugin.file;

import org.jspecify.annotations.NullMarked;
