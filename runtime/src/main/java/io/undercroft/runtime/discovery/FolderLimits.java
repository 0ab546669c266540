package io.undercroft.runtime.discovery;

/**
 * What a plugins folder may hold at most: far more than any honest one does.
 *
 * @param entries folders and jars in the plugins folder
 * @param jars jars of one entry
 * @param jarBytes the size of one jar
 * @param entryBytes the size of all jars of one entry
 * @param zipEntries files in one jar
 */
record FolderLimits(int entries, int jars, long jarBytes, long entryBytes, int zipEntries) {
  static final FolderLimits DEFAULT = new FolderLimits(1_000, 1_000, 512L << 20, 2L << 30, 250_000);

  FolderLimits {
    if (entries < 1 || jars < 1 || jarBytes < 1 || entryBytes < 1 || zipEntries < 1) {
      throw new IllegalArgumentException("limits start at 1");
    }
  }
}
