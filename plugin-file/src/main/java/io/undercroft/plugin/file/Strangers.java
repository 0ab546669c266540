package io.undercroft.plugin.file;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;

/**
 * The files in a folder that look like values and are none, because of their name or their place:
 * they are left alone, and the first of them are named in the log.
 *
 * <p><b>Threads:</b> for one thread.
 */
final class Strangers {
  private static final Logger LOG = System.getLogger(Strangers.class.getPackageName());
  private static final int NAMED = 10;

  private final Subfolders subfolders;
  private int ofNoKey;
  private int misplaced;

  Strangers(Subfolders subfolders) {
    this.subfolders = subfolders;
  }

  /** Looks at a file that is not a value where the listing stands. */
  void meet(FolderListing listing) {
    if (listing.isMisplaced()) {
      if (misplaced++ < NAMED) {
        LOG.log(
            Level.WARNING,
            "''{0}'' is in the wrong place and is no entry; it belongs in ''{1}''",
            listing.path(),
            subfolders.of(listing.stem()));
      }
    } else if (ContentTypes.ofFile(listing.name()).isPresent() && ofNoKey++ < NAMED) {
      LOG.log(
          Level.WARNING,
          "''{0}'' is not the file name of any key and is left alone; {1}",
          listing.path(),
          hint(listing.name()));
    }
  }

  private static String hint(String name) {
    ContentTypes.Type type = ContentTypes.ofFile(name).orElseThrow();
    String key = name.substring(0, name.length() - type.extension().length());
    return key.isEmpty()
        ? "a key is never empty"
        : "the file of the key '"
            + key
            + "' would be '"
            + FileNames.stem(key)
            + type.extension()
            + "'";
  }

  /** Adds what a backend tells about itself. */
  void addTo(Map<String, String> details) {
    if (ofNoKey > 0) {
      details.put("filesOfNoKey", String.valueOf(ofNoKey));
    }
    if (misplaced > 0) {
      details.put("filesInTheWrongPlace", String.valueOf(misplaced));
    }
  }
}
