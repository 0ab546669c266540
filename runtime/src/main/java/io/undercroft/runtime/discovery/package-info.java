/**
 * Finds plugins, layers and codecs: in a plugins folder, each entry behind a class loader of its
 * own; on the class path; and handed in by the runtime or by code.
 *
 * <p>{@link io.undercroft.runtime.discovery.PluginCatalog#open} does it all; what it found stays
 * until {@link io.undercroft.runtime.discovery.PluginCatalog#close}.
 */
@NullMarked
package io.undercroft.runtime.discovery;

import org.jspecify.annotations.NullMarked;
