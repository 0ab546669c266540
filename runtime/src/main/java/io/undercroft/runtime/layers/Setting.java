package io.undercroft.runtime.layers;

import io.undercroft.storage.StorageName;

/** How configuration calls what is set for one storage. */
final class Setting {
  private Setting() {}

  static String of(String storage, String option) {
    return storage.equals(StorageName.DEFAULT)
        ? "storage." + option
        : "storages." + storage + "." + option;
  }
}
