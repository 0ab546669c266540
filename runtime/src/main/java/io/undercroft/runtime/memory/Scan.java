package io.undercroft.runtime.memory;

import io.undercroft.runtime.memory.Slot.Cell;
import io.undercroft.spi.Cursor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A walk over the map, page after page. The map's iterator shows what is there all the time exactly
 * once; a key that was removed and written anew meanwhile it may show twice. So entries born after
 * the walk began are left out, and no key is ever handed out twice.
 */
final class Scan<E> implements Cursor<E> {
  private final String prefix;
  private final int pageSize;
  private final long newest;
  private final Predicate<Cell> isLive;
  private final Runnable checkOpen;
  private final BiFunction<String, Cell, E> element;
  private @Nullable Iterator<Map.Entry<String, Slot>> rest;

  Scan(
      ConcurrentHashMap<String, Slot> slots,
      String prefix,
      int pageSize,
      long newest,
      Predicate<Cell> isLive,
      Runnable checkOpen,
      BiFunction<String, Cell, E> element) {
    if (pageSize < 1) {
      throw new IllegalArgumentException("pageSize must be at least 1, got " + pageSize);
    }
    this.prefix = prefix;
    this.pageSize = pageSize;
    this.newest = newest;
    this.isLive = isLive;
    this.checkOpen = checkOpen;
    this.element = element;
    this.rest = slots.entrySet().iterator();
  }

  @Override
  public List<E> next() {
    if (rest == null) {
      return List.of();
    }
    List<E> page = new ArrayList<>();
    while (page.size() < pageSize && rest.hasNext()) {
      Map.Entry<String, Slot> slot = rest.next();
      Cell cell = slot.getValue().now();
      if (cell != null
          && cell.birth() <= newest
          && slot.getKey().startsWith(prefix)
          && isLive.test(cell)) {
        page.add(element.apply(slot.getKey(), cell));
      }
    }
    checkOpen.run(); // after the walk: an emptied map must not look like the end
    if (page.isEmpty()) {
      close();
    }
    return page;
  }

  @Override
  public void close() {
    rest = null;
  }
}
