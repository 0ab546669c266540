package io.undercroft.layer.audit;

import io.undercroft.storage.tool.AuditTrail.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Whether the record that an anchor names is still in a trail's files. */
final class AnchoredEnd {
  private AnchoredEnd() {}

  /**
   * Looks for the record, in the newest files first.
   *
   * @throws io.undercroft.storage.StorageException CONSISTENCY_VIOLATION if it is not there
   */
  static void require(Segments segments, Anchor.Mark mark, String anchor) throws IOException {
    List<Path> newestFirst = new ArrayList<>(segments.all());
    Collections.reverse(newestFirst);
    for (Path file : newestFirst) {
      try (Lines lines = new Lines(file)) {
        boolean first = true;
        for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
          Optional<Head> head = Line.of(line.get()).map(Line::head);
          if (head.isEmpty()) {
            continue; // verify names what is wrong with it
          }
          if (head.get().equals(mark.head())) {
            if (mark.closed()) {
              throw TrailFailures.damaged(
                  file.toString(), "records were added after it had been closed");
            }
            return;
          }
          if (first && head.get().sequence() <= mark.head().sequence()) {
            first = false;
          }
        }
        if (!first) {
          break; // it would have been here
        }
      }
    }
    Verdict verdict = new FileRecords(segments, Optional.of(new Anchor(Path.of(anchor)))).verify();
    throw TrailFailures.damaged(
        verdict.bad().map(bad -> bad.place()).orElse(segments.current().toString()),
        verdict
            .bad()
            .map(bad -> bad.reason())
            .orElse("the anchor names a record it does not have"));
  }
}
