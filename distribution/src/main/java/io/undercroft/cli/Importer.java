package io.undercroft.cli;

import io.undercroft.storage.BatchStorage;
import jakarta.json.JsonValue;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Brings entries into a storage, in batches, with a progress bar.
 *
 * @param keyField the field that is the key; empty for lines with key and value
 */
record Importer(
    Console console,
    Optional<String> keyField,
    ImportedEntries.Duplicates duplicates,
    ImportedEntries.Missing missing) {
  private static final int BATCH = 500;

  /**
   * Reads the file twice: once to check every key, so that a bad line late in the file does not
   * leave half an import behind, and once to write.
   *
   * @return how many entries were written
   */
  long file(Path file, BatchStorage<JsonValue> storage) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UsageException("there is no file '" + file + "'");
    }
    long total = 0;
    try (InputStream in = open(file)) {
      ImportedEntries entries = entries(in);
      while (entries.next().isPresent()) {
        total++;
      }
      entries.throwProblems(file.toString());
    }
    try (InputStream in = open(file)) {
      return write(in, file.toString(), total, storage);
    }
  }

  /** Reads the stream once and writes as it reads; what is wrong is told at the end. */
  long stream(InputStream in, BatchStorage<JsonValue> storage) throws IOException {
    return write(new BufferedInputStream(in, 1 << 16), "standard input", -1, storage);
  }

  private static InputStream open(Path file) throws IOException {
    return new BufferedInputStream(Files.newInputStream(file), 1 << 16);
  }

  private ImportedEntries entries(InputStream in) {
    return new ImportedEntries(new JsonElements(in), keyField, duplicates, missing);
  }

  private long write(InputStream in, String where, long total, BatchStorage<JsonValue> storage)
      throws IOException {
    ImportedEntries entries = entries(in);
    long written = 0;
    try (Progress progress = Progress.start(console, "import", "entries", total)) {
      Map<String, JsonValue> batch = new LinkedHashMap<>();
      for (Optional<ImportedEntries.Imported> next = entries.next();
          next.isPresent();
          next = entries.next()) {
        ImportedEntries.Imported entry = next.get();
        if (Json.isPlain(entry.how())) {
          batch.put(entry.key(), entry.value());
        } else {
          storage.set(entry.key(), entry.value(), entry.how());
          progress.step(1);
        }
        written++;
        if (batch.size() == BATCH) {
          flush(batch, storage, progress);
        }
      }
      flush(batch, storage, progress);
    }
    entries.throwProblems(where);
    return written;
  }

  private static void flush(
      Map<String, JsonValue> batch, BatchStorage<JsonValue> storage, Progress progress) {
    if (!batch.isEmpty()) {
      storage.setMany(batch);
      progress.step(batch.size());
      batch.clear();
    }
  }
}
