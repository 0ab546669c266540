package io.undercroft.plugin.file;

import io.undercroft.storage.event.ChangeType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what others changed in a folder, by comparing a file with its last known state, in its
 * turn. So what this process wrote itself is never taken for somebody else's.
 */
final class FolderEyes implements DirectoryWatch.Eyes {
  private final Folder folder;

  /** Where no messages come: the stems at the last look, with their keys, to see what vanished. */
  private @Nullable Map<String, String> names;

  FolderEyes(Folder folder) {
    this.folder = folder;
  }

  @Override
  public void begin(boolean told) throws IOException {
    folder.census().keepStates();
    names = told ? null : new HashMap<>();
    lookAtAll();
  }

  @Override
  public void lookAt(Path file) throws IOException {
    String name = String.valueOf(file.getFileName()); // looked for where it belongs, not there
    Optional<ContentTypes.Type> type = ContentTypes.ofFile(name);
    if (type.isEmpty()) {
      return;
    }
    String stem = name.substring(0, name.length() - type.get().extension().length());
    Optional<String> key = folder.key(stem);
    if (key.isPresent() || FileNames.isHashed(stem)) {
      folder.values().uses(type.get());
      folder.note(Address.of(key.orElse(""), stem));
    }
  }

  @Override
  public void lookAtAll() throws IOException {
    folder.values().subfolders().refuseOtherRoot();
    folder.census().beginRollCall();
    Map<String, String> former = names;
    Map<String, String> now = former == null ? null : new HashMap<>();
    try (FolderListing listing = FolderListing.open(folder.values().subfolders())) {
      while (listing.next()) {
        String key = folder.key(listing.stem()).orElse("");
        Address at = Address.of(key, listing.stem());
        folder.values().uses(listing.type());
        folder.note(at);
        folder.census().meet(at.hash());
        if (now != null) {
          now.put(listing.stem(), key);
        }
      }
    }
    if (former == null || now == null) {
      // Whatever this process wrote meanwhile was met when it was written, behind its gate.
      folder.stripes().passGates();
      if (folder.census().endRollCall() > 0) {
        lost(); // some vanished, and nothing tells which
      }
      return;
    }
    for (Map.Entry<String, String> stem : former.entrySet()) {
      if (!now.containsKey(stem.getKey())) {
        folder.note(Address.of(stem.getValue(), stem.getKey()));
      }
    }
    names = now;
  }

  @Override
  public void lost() {
    folder.tellAll(ChangeType.RESYNC);
  }

  @Override
  public void end() {
    folder.census().forgetStates();
  }
}
