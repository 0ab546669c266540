package io.undercroft.plugin.file;

import io.undercroft.spi.Cursor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A scan of a folder, straight from its directory.
 *
 * <p>A name may come a second time or not at all when another file is renamed over it meanwhile, on
 * ext4 and tmpfs too. So the scan remembers what it handed out, 8 to 16 bytes for each, and at its
 * end asks for what was replaced meanwhile: a writer says so before it replaces a file, for a scan
 * that ends between the two would miss it.
 */
final class FolderCursor<E> implements Cursor<E> {
  /** Makes of an entry what the scan hands out. */
  @FunctionalInterface
  interface Maker<E> {
    /** Returns what to hand out, or {@code null} if there is no live entry any more. */
    @Nullable E make(Address at, String key);
  }

  private final Folder folder;
  private final String prefix;
  private final int pageSize;
  private final Maker<E> maker;
  private final FolderListing listing;
  private final Census handedOut = new Census();
  private final Queue<String> replaced;
  private boolean listed;
  private boolean closed;

  private FolderCursor(
      Folder folder,
      String prefix,
      int pageSize,
      Maker<E> maker,
      FolderListing listing,
      Queue<String> replaced) {
    this.folder = folder;
    this.prefix = prefix;
    this.pageSize = pageSize;
    this.maker = maker;
    this.listing = listing;
    this.replaced = replaced;
  }

  static <E> FolderCursor<E> open(Folder folder, String prefix, int pageSize, Maker<E> maker) {
    Queue<String> replaced = folder.beginScan();
    try {
      FolderListing listing = FolderListing.open(folder.values().subfolders());
      return new FolderCursor<>(folder, prefix, pageSize, maker, listing, replaced);
    } catch (IOException | RuntimeException e) {
      folder.endScan(replaced);
      throw e instanceof IOException failed
          ? IoFailures.reading(folder.values().root(), failed)
          : (RuntimeException) e;
    }
  }

  @Override
  public List<E> next() {
    List<E> page = new ArrayList<>(Math.min(pageSize, 1_000));
    try {
      while (page.size() < pageSize && !closed) {
        folder.refuseIfClosed();
        String stem = nextStem();
        if (stem == null) {
          close();
          break;
        }
        E made = make(stem);
        if (made != null) {
          page.add(made);
        }
      }
    } catch (IOException e) {
      throw IoFailures.reading(folder.values().root(), e);
    }
    return page;
  }

  private @Nullable String nextStem() throws IOException {
    while (!listed) {
      if (!listing.next()) {
        listed = true;
      } else if (isCurrent(listing)) {
        return listing.stem();
      }
    }
    return replaced.poll();
  }

  /** A stem with files of several types counts where its newest is. */
  private boolean isCurrent(FolderListing there) {
    Address at = Address.of("", there.stem());
    long known = folder.census().find(at.hash());
    if (known == Census.ABSENT || Census.type(known) == there.type().number()) {
      return true;
    }
    Optional<String> key = folder.key(there.stem());
    folder.noteNow(Address.of(key.orElse(""), there.stem()));
    return Census.type(folder.census().find(at.hash())) == there.type().number();
  }

  private @Nullable E make(String stem) {
    Optional<String> key = folder.key(stem);
    if (key.isEmpty() || !key.get().startsWith(prefix)) {
      return null;
    }
    Address at = Address.of(key.get(), stem);
    if (handedOut.find(at.hash()) != Census.ABSENT) {
      return null;
    }
    E made = maker.make(at, key.get());
    if (made != null) {
      handedOut.add(at.hash(), 0, true);
    }
    return made;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      folder.endScan(replaced);
      try {
        listing.close();
      } catch (IOException e) {
        throw new UncheckedIOException("closing a directory cannot fail", e);
      }
    }
  }
}
