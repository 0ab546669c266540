/**
 * The plugin {@code file}: values as JSON files that a person may read and edit, one per key in a
 * folder or all in one document.
 *
 * <p>{@link io.undercroft.plugin.file.FilePlugin} is the door; the rest is its own affair. The
 * formats on disk are written down in the decisions 110 to 114.
 */
@NullMarked
package io.undercroft.plugin.file;

import org.jspecify.annotations.NullMarked;
