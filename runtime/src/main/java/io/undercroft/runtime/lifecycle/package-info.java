/**
 * The life of the whole: from what a builder collected to running storages, and back to nothing.
 *
 * <p>Configuration is read, plugins are found, settings are checked; then each storage is opened at
 * its first use: its plugin opens the backend, layers are composed about it, and what comes out is
 * mounted under its name. Everything that is opened is closed in reverse order, and every thread
 * has an end.
 */
@NullMarked
package io.undercroft.runtime.lifecycle;

import org.jspecify.annotations.NullMarked;
