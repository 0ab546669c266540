package io.undercroft.plugin.file;

import java.io.IOException;
import java.util.OptionalLong;

/** Finds the expired entries of a folder by their marks, and removes their files. */
final class FolderFloor implements Sweeper.Floor {
  private final Folder folder;
  private final FolderCommit commits;

  FolderFloor(Folder folder, FolderCommit commits) {
    this.folder = folder;
    this.commits = commits;
  }

  @Override
  public long dead() {
    return folder.deadlines().dead(folder.now().toEpochMilli());
  }

  @Override
  public OptionalLong nextDeadline() {
    return folder.deadlines().next();
  }

  @Override
  public void sweep() throws IOException {
    folder.sidecars().visitMarks(this::sweep);
  }

  private void sweep(String stem) throws IOException {
    Address at = Address.of(folder.key(stem).orElse(""), stem);
    folder.stripes().takeTurn(at.stripe());
    try {
      folder.refuseIfClosed();
      commits.finishPending();
      Present there = folder.lookAndNote(at);
      if (there.file() != null && there.live(folder.now()) == null) {
        folder.expire(Write.removal(at, there));
      }
    } finally {
      folder.stripes().endTurn(at.stripe());
    }
  }
}
