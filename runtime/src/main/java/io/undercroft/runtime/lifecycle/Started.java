package io.undercroft.runtime.lifecycle;

import io.undercroft.runtime.config.StorageSpec;
import io.undercroft.storage.Undercroft;
import java.util.SortedMap;

/**
 * A runtime that has found its plugins and checked every setting, for whoever decides himself what
 * is opened when.
 */
public interface Started extends Undercroft {
  /** Returns the checked configuration of every storage as it is in force now, by name. */
  SortedMap<String, StorageSpec> specs();
}
