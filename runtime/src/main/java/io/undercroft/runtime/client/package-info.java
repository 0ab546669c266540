/**
 * The typed client: what an application holds when it holds a {@link
 * io.undercroft.storage.Storage}.
 *
 * <p>A {@link io.undercroft.runtime.client.MountPoint} stands for one name. What is mounted there,
 * a {@link io.undercroft.runtime.client.Mount}, may be opened late, swapped and taken away; the
 * handles that the mount point gave out stay and follow. Here keys, values, metadata and deadlines
 * are checked, values become bytes and back, conflicts become exceptions, and every failure gets
 * the storage's name. Below, everything is composed facets.
 */
@NullMarked
package io.undercroft.runtime.client;

import org.jspecify.annotations.NullMarked;
