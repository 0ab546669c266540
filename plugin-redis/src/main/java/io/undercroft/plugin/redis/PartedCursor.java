package io.undercroft.plugin.redis;

import io.undercroft.spi.Cursor;
import java.util.List;

/** The keys of all parts, one part after the other. */
final class PartedCursor implements Cursor<String> {
  private final List<KeyCursor> parts;
  private int at;

  PartedCursor(List<KeyCursor> parts) {
    this.parts = parts;
  }

  @Override
  public List<String> next() {
    while (at < parts.size()) {
      List<String> page = parts.get(at).next();
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
  }
}
