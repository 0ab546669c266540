package io.undercroft.plugin.file;

import java.nio.file.Path;

/** Finds out what others changed in a document: reading it tells the difference. */
final class DocumentEyes implements DirectoryWatch.Eyes {
  private final Document document;

  DocumentEyes(Document document) {
    this.document = document;
  }

  @Override
  public void begin(boolean told) {
    document.current();
  }

  @Override
  public void lookAt(Path file) {
    if (file.getFileName().equals(document.path().getFileName())) {
      document.current();
    }
  }

  @Override
  public void lookAtAll() {
    document.current();
  }

  @Override
  public void lost() {
    // It is there or it is not, whole or not: the next look that succeeds tells every difference.
  }

  @Override
  public void end() {}
}
