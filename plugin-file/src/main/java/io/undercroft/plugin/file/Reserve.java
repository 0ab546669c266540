package io.undercroft.plugin.file;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

/**
 * Room that is kept on the disk for the next rewrite of a document, so that on a full disk it can
 * still be made smaller: files of no meaning, given up for the rewrite and taken anew afterwards.
 *
 * <p>It is an offer, not a promise: where there is no room to keep, or somebody else is quicker to
 * take what was given up, the rewrite fails as it would without.
 *
 * <p><b>Threads:</b> only with the document's lock.
 */
final class Reserve {
  private static final Logger LOG = System.getLogger(Reserve.class.getPackageName());
  private static final String START = "reserve-";

  /**
   * What a rewrite creates beside the document: its metadata, and now and then the clock's file.
   */
  private static final int MORE_FILES = 2;

  /** The files' last blocks, and the clock's file. */
  private static final long ROUNDING = 16 << 10;

  /** With more than this many times what is needed, some of it is given back. */
  private static final int TOO_MUCH = 4;

  private final Path folder;
  private final DurableFiles files;
  private long taken;

  Reserve(Path folder, DurableFiles files) {
    this.folder = folder;
    this.files = files;
  }

  /** Keeps room for a rewrite of this many bytes, as far as there is some. */
  void keep(long bytes) {
    long needed = bytes + ROUNDING;
    if (taken >= needed && taken / TOO_MUCH <= needed) {
      return;
    }
    long wanted = needed + needed / 2; // so that a document that grows does not come back each time
    try {
      for (int i = 1; i <= MORE_FILES; i++) {
        files.createEmpty(file(i));
      }
      taken = files.resize(file(0), wanted);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "no room can be kept for the next rewrite; the next write tries", e);
    }
  }

  /** Gives the room up. */
  void release() throws IOException {
    taken = 0;
    for (int i = 0; i <= MORE_FILES; i++) {
      DurableFiles.remove(file(i));
    }
  }

  private Path file(int number) {
    return folder.resolve(START + number);
  }
}
