package io.undercroft.plugin.file;

import jakarta.json.spi.JsonProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a document's entries: a file of lines, named by the time of modification of the
 * document that it belongs to. It is written before that document; so whichever document a crash
 * leaves, its metadata are there.
 */
final class DocumentMeta {
  private static final Logger LOG = System.getLogger(DocumentMeta.class.getPackageName());
  private static final String START = "meta-";
  private static final String END = ".jsonl";

  private final Path folder;
  private final DurableFiles files;
  private final JsonProvider json;

  DocumentMeta(Path folder, DurableFiles files, JsonProvider json) {
    this.folder = folder;
    this.files = files;
    this.json = json;
  }

  private Path path(long modified) {
    return folder.resolve(START + Long.toString(modified, 36) + END);
  }

  /** Writes the metadata of a document that will have this time of modification, durably. */
  void write(long modified, Collection<DocumentEntry> entries) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream(1 << 12);
    for (DocumentEntry entry : entries) {
      text.writeBytes(entry.line());
    }
    Path path = path(modified);
    DurableFiles.remove(path); // left by a write of the same coarse time that failed
    files.createDurably(path, text.toByteArray());
    files.forceDirectory(folder);
  }

  /**
   * Removes the metadata of a document that is no more; what stays is removed at the next start.
   */
  void remove(long modified) {
    try {
      DurableFiles.remove(path(modified));
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "metadata of a former document could not be removed", e);
    }
  }

  /** Returns how many bytes the metadata of a document have. */
  long size(long modified) throws IOException {
    try {
      return Files.size(path(modified));
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /**
   * Reads the metadata of the document with this time of modification, or, if somebody edited that,
   * of the one before. What is missing or damaged is left out.
   */
  Map<String, DocumentEntry.Facts> read(long modified) throws IOException {
    Map<String, DocumentEntry.Facts> facts = new HashMap<>();
    Path path = path(modified);
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      path = newest();
    }
    if (path == null) {
      return facts;
    }
    byte[] text;
    try {
      text = FolderFiles.read(path, (int) Math.min(Files.size(path), 1 << 30));
    } catch (NoSuchFileException e) {
      return facts;
    }
    int damaged = 0;
    for (String line : new String(text, StandardCharsets.UTF_8).split("\n", -1)) {
      if (line.isEmpty()) {
        continue;
      }
      try {
        DocumentEntry.Line one = DocumentEntry.Line.parse(line, json);
        facts.put(one.key(), one.facts());
      } catch (RuntimeException e) { // whatever a JSON reader may throw at a damaged line
        damaged++;
      }
    }
    if (damaged > 0) {
      LOG.log(
          Level.WARNING,
          "''{0}'' has {1} damaged lines; the values are served without them",
          path,
          damaged);
    }
    return facts;
  }

  private @Nullable Path newest() throws IOException {
    Path[] newest = {null};
    long[] time = {Long.MIN_VALUE};
    visit(
        (path, modified) -> {
          if (modified >= time[0]) {
            time[0] = modified;
            newest[0] = path;
          }
        });
    return newest[0];
  }

  /** Removes what other documents and former processes left. */
  void tidy(long keep) throws IOException {
    visit(
        (path, modified) -> {
          if (modified != keep) {
            DurableFiles.remove(path);
          }
        });
    try (DirectoryStream<Path> names = Files.newDirectoryStream(folder)) {
      for (Path path : names) {
        if (DurableFiles.isTemporary(String.valueOf(path.getFileName()))) {
          DurableFiles.remove(path);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  @FunctionalInterface
  private interface Visitor {
    void visit(Path path, long modified) throws IOException;
  }

  private void visit(Visitor visitor) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> names = Files.newDirectoryStream(folder, START + "*" + END)) {
      for (Path path : names) {
        String name = String.valueOf(path.getFileName());
        try {
          visitor.visit(
              path,
              Long.parseLong(name.substring(START.length(), name.length() - END.length()), 36));
        } catch (NumberFormatException e) {
          LOG.log(Level.DEBUG, "''{0}'' is none of ours", path);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
