package io.undercroft.spi;

import java.util.Optional;

/**
 * Says that the runtime may keep indexes for a backend that has none itself, and keeps their
 * definitions.
 *
 * <p>A backend offers it only if nobody changes its entries unnoticed: either this process is the
 * only one that writes, or {@link Changes} tells of every write by others. The runtime keeps the
 * indexes in memory and builds them anew after an opening; the definitions are a small document
 * that means nothing to the backend. It is no entry: {@link KeyValue#clear} leaves it, and neither
 * size nor keys know it.
 *
 * <p><b>Threads:</b> safe for concurrent use. <b>Atomicity:</b> after a crash there is the old
 * document or the new one; what was written lasts as long as the entries do. <b>Errors:</b> as in
 * {@link KeyValue}.
 */
public interface IndexHome extends Facet {
  /** Returns the document that was written last; empty if none ever was. */
  Optional<byte[]> definitions();

  /** Writes the document in place of the one before. */
  void keepDefinitions(byte[] document);
}
