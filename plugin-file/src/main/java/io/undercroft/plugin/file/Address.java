package io.undercroft.plugin.file;

/**
 * A key with what is derived from it once: the stem of its file and the stem's hash.
 *
 * <p>The equality of two addresses is that of their keys.
 */
record Address(String key, String stem, long hash) {
  static Address of(String key) {
    return of(key, FileNames.stem(key));
  }

  static Address of(String key, String stem) {
    return new Address(key, stem, Census.hash(stem));
  }

  int stripe() {
    return Stripes.of(hash);
  }
}
