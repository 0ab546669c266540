package io.undercroft.runtime.transaction;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.StoredEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A scan as a transaction sees it: what is stored, but as it was at the beginning and as the
 * transaction has changed it; then what is not stored any more or not yet.
 *
 * <p>An entry that is removed by somebody else while the scan runs may be handed out by the backend
 * or not; so the scan remembers the keys that it has handed out.
 */
final class Merged<E> implements Cursor<E> {
  static final Shape<String> KEYS =
      new Shape<>(Function.identity(), (key, entry) -> key, key -> Optional.empty());

  static final Shape<KeyedEntry> ENTRIES =
      new Shape<>(KeyedEntry::key, KeyedEntry::new, found -> Optional.of(found.entry()));

  private final Workspace workspace;
  private final Writes writes;
  private final Cursor<E> below;
  private final Shape<E> shape;
  private final String prefix;
  private final int pageSize;
  private final Set<String> handedOut = new HashSet<>();
  private @Nullable Iterator<String> rest;
  private boolean over;

  /**
   * What a scan hands out.
   *
   * @param key the key of an element
   * @param of makes an element
   * @param entry the entry of an element, if it has one
   */
  record Shape<E>(
      Function<E, String> key,
      BiFunction<String, StoredEntry, E> of,
      Function<E, Optional<StoredEntry>> entry) {}

  /**
   * Begins a scan.
   *
   * @param writes of the transaction, looked at page by page
   * @param below the same scan of what is stored
   */
  Merged(
      Workspace workspace,
      Writes writes,
      Cursor<E> below,
      Shape<E> shape,
      String prefix,
      int pageSize) {
    this.workspace = workspace;
    this.writes = writes;
    this.below = below;
    this.shape = shape;
    this.prefix = prefix;
    this.pageSize = pageSize;
  }

  @Override
  public List<E> next() {
    workspace.enter();
    try {
      List<E> page = new ArrayList<>();
      while (page.isEmpty() && !over) {
        if (rest == null) {
          fillFromBelow(page);
        } else {
          fillFromRest(page, rest);
        }
      }
      workspace.requireStillActive(); // the past is kept while it runs
      return page;
    } finally {
      workspace.leave();
    }
  }

  private void fillFromBelow(List<E> page) {
    List<E> stored = below.next();
    if (stored.isEmpty()) {
      rest = whatIsNotStored();
    }
    for (E element : stored) {
      String key = shape.key().apply(element);
      Writes.Own own = writes.find(key);
      Past.Former former = own == null ? workspace.former(key) : null;
      if (own != null || former != null) {
        add(page, key, own, former);
      } else if (handedOut.add(key)) {
        shape.entry().apply(element).ifPresent(entry -> workspace.scanned(key, entry));
        page.add(element);
      }
    }
  }

  private Iterator<String> whatIsNotStored() {
    List<String> keys = new ArrayList<>();
    for (Past.Former former : workspace.formers(prefix)) {
      keys.add(former.key);
    }
    for (String key : writes.keys()) {
      if (key.startsWith(prefix)) {
        keys.add(key);
      }
    }
    return keys.iterator();
  }

  private void fillFromRest(List<E> page, Iterator<String> keys) {
    while (page.size() < pageSize && keys.hasNext()) {
      String key = keys.next();
      Writes.Own own = writes.find(key);
      add(page, key, own, own == null ? workspace.former(key) : null);
    }
    over |= page.isEmpty();
  }

  private void add(
      List<E> page, String key, Writes.@Nullable Own own, Past.@Nullable Former former) {
    Optional<StoredEntry> entry = Optional.empty();
    if (own != null) {
      entry = own.entry();
    } else if (former != null) {
      entry = Optional.ofNullable(former.before);
    }
    workspace
        .live(entry)
        .ifPresent(
            found -> {
              if (handedOut.add(key)) {
                if (own == null) {
                  workspace.scanned(key, found);
                }
                page.add(shape.of().apply(key, found));
              }
            });
  }

  @Override
  public void close() {
    over = true;
    below.close();
  }
}
