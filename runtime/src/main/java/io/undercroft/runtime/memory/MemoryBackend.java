package io.undercroft.runtime.memory;

import io.undercroft.spi.Backend;
import io.undercroft.spi.BareDriver;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facets;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.Limits;
import io.undercroft.spi.SoleWriter;
import java.util.Map;
import java.util.Optional;

/** One open storage in memory. */
final class MemoryBackend implements Backend {
  private final Entries entries;
  private final Facets facets;

  MemoryBackend(Entries entries) {
    this.entries = entries;
    this.facets =
        Facets.of(entries)
            .with(Batch.class, entries)
            .with(Commit.class, entries)
            .with(Expiry.class, entries)
            .with(SoleWriter.class, entries)
            .with(IndexHome.class, new Home());
  }

  @Override
  public Facets facets() {
    return facets;
  }

  @Override
  public Limits limits() {
    return Limits.DEFAULT;
  }

  @Override
  public Map<String, String> details() {
    return Map.of("durability", "none: the entries are gone when the storage closes");
  }

  @Override
  public Optional<BareDriver> bareDriver() {
    entries.checkOpen();
    return Optional.of(new BareMap(entries::checkOpen));
  }

  @Override
  public void ping() {
    entries.checkOpen();
  }

  @Override
  public void close() {
    entries.close();
  }

  /** Nobody else writes; the definitions live as long as the entries. */
  private final class Home implements IndexHome {
    private volatile Optional<byte[]> document = Optional.empty();

    @Override
    public Optional<byte[]> definitions() {
      entries.checkOpen();
      return document;
    }

    @Override
    public void keepDefinitions(byte[] replacement) {
      entries.checkOpen();
      document = Optional.of(replacement);
    }
  }
}
