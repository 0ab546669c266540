package io.undercroft.plugin.file;

/**
 * The version of a value that its file tells by itself: the time of modification and the size.
 *
 * <p>Every write of ours gets a time of its own ({@link Stamps}), so no version of ours comes
 * twice.
 */
final class Version {
  private Version() {}

  /** Returns the text of a version. */
  static String of(long modified, long size) {
    return Long.toString(modified, 36) + "." + Long.toString(size, 36);
  }
}
