package io.undercroft.layer.audit;

import io.undercroft.storage.tool.AuditRecord;
import io.undercroft.storage.tool.AuditTrail;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A trail in files, read. */
final class FileRecords implements AuditTrail {
  private final Segments segments;
  private final Optional<Anchor> anchor;

  FileRecords(Segments segments, Optional<Anchor> anchor) {
    this.segments = segments;
    this.anchor = anchor;
  }

  @Override
  public Stream<AuditRecord> records() {
    Walk walk = new Walk(files());
    return StreamSupport.stream(walk, false).onClose(walk::close);
  }

  private List<Path> files() {
    try {
      return segments.all();
    } catch (IOException e) {
      throw TrailFailures.reading(segments.folder(), e);
    }
  }

  @Override
  public Verdict verify() {
    Inspection inspection = new Inspection(mark(), anchor.map(a -> a.file().toString()).orElse(""));
    String place = segments.current().toString();
    for (Path file : files()) {
      place = file.toString();
      if (!look(file, inspection)) {
        break;
      }
    }
    return inspection.end(place);
  }

  private Optional<Anchor.Mark> mark() {
    if (anchor.isEmpty()) {
      return Optional.empty();
    }
    try {
      return anchor.get().read();
    } catch (IOException e) {
      throw TrailFailures.reading(anchor.get().file(), e);
    }
  }

  private static boolean look(Path file, Inspection inspection) {
    try (Lines lines = new Lines(file)) {
      long number = 0;
      for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
        number++;
        String place = file + ", line " + number;
        if (lines.isTorn()) {
          return inspection.bad(
              place,
              "it is cut off, by somebody or by a crash; after a crash the next start drops it and"
                  + " records that");
        }
        if (!inspection.look(place, line.get())) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw TrailFailures.reading(file, e);
    }
  }

  /** Goes through the files; what is no record is passed over. */
  private static final class Walk extends Spliterators.AbstractSpliterator<AuditRecord> {
    private final List<Path> files;
    private int next;
    private @Nullable Lines lines;

    Walk(List<Path> files) {
      super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
      this.files = files;
    }

    @Override
    public boolean tryAdvance(Consumer<? super AuditRecord> action) {
      try {
        while (true) {
          if (lines == null) {
            if (next == files.size()) {
              return false;
            }
            lines = new Lines(files.get(next++));
          }
          Optional<byte[]> bytes = lines.next();
          if (bytes.isEmpty()) {
            close();
            continue;
          }
          Optional<Line> line = Line.of(bytes.get());
          if (line.isPresent()) {
            action.accept(line.get().record());
            return true;
          }
        }
      } catch (IOException e) {
        throw TrailFailures.reading(files.get(next - 1), e);
      }
    }

    void close() {
      Lines open = lines;
      lines = null;
      if (open != null) {
        try {
          open.close();
        } catch (IOException e) {
          throw TrailFailures.reading(files.get(next - 1), e);
        }
      }
    }
  }
}
