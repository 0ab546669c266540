package io.undercroft.plugin.redis;

import io.undercroft.spi.Cursor;
import java.util.List;

/** What all parts have, one part after the other. */
final class PartedCursor<T> implements Cursor<T> {
  private final List<? extends Cursor<T>> parts;
  private int at;

  PartedCursor(List<? extends Cursor<T>> parts) {
    this.parts = parts;
  }

  @Override
  public List<T> next() {
    while (at < parts.size()) {
      List<T> page = parts.get(at).next();
      if (!page.isEmpty()) {
        return page;
      }
      at++;
    }
    return List.of();
  }

  @Override
  public void close() {
    at = parts.size();
    parts.forEach(Cursor::close);
  }
}
