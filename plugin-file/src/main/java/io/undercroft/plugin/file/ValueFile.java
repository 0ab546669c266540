package io.undercroft.plugin.file;

import java.nio.file.Path;

/**
 * A regular file that holds a value, as it was when it was looked at.
 *
 * @param type what its extension says
 * @param path where it is
 * @param modified its time of modification, in nanoseconds since 1970
 * @param size its size in bytes
 */
record ValueFile(ContentTypes.Type type, Path path, long modified, long size) {
  /** Returns the state by which a change is noticed; never 0. */
  long state() {
    long mixed = (modified * 0x9E3779B97F4A7C15L) ^ (size * 0xBF58476D1CE4E5B9L) ^ type.number();
    return mixed == 0 ? 1 : mixed;
  }
}
