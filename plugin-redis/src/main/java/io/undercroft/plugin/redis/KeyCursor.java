package io.undercroft.plugin.redis;

import io.undercroft.spi.Cursor;
import java.util.ArrayList;
import java.util.List;

/** The keys of a part in their order, page by page: the last one seen is the place. */
final class KeyCursor implements Cursor<String> {
  /** A script holds the server up while it runs, so it looks at no more than these. */
  private static final int AT_ONCE = 1_000;

  private final Space space;
  private final byte[] count;
  private final byte[] to;
  private byte[] from;
  private boolean over;

  KeyCursor(Space space, String prefix, int pageSize) {
    this.space = space;
    this.count = Writing.number(Math.min(pageSize, AT_ONCE));
    this.from = prefix.isEmpty() ? new byte[] {'-'} : bound('[', Names.bytes(prefix), false);
    // No byte of UTF-8 is 0xFF: it comes after all that begins with the prefix.
    this.to = prefix.isEmpty() ? new byte[] {'+'} : bound('(', Names.bytes(prefix), true);
  }

  /** Returns the bound that leaves out this key and all before it. */
  static byte[] after(byte[] key) {
    return bound('(', key, false);
  }

  private static byte[] bound(char kind, byte[] key, boolean beyond) {
    byte[] bound = new byte[1 + key.length + (beyond ? 1 : 0)];
    bound[0] = (byte) kind;
    System.arraycopy(key, 0, bound, 1, key.length);
    if (beyond) {
      bound[bound.length - 1] = (byte) 0xFF;
    }
    return bound;
  }

  @Override
  public List<String> next() {
    List<String> page = new ArrayList<>();
    while (page.isEmpty() && !over) {
      look(page);
    }
    return page;
  }

  private void look(List<String> page) {
    byte[][] call =
        Script.PAGE.call(
            List.of(space.names().keys(), space.names().deadlines()),
            List.of(from, to, count, Writing.number(space.now())));
    Object answer = space.server().read(connection -> Server.run(connection, call, Script.PAGE));
    if (answer instanceof List<?> parts
        && parts.size() == 2
        && parts.get(0) instanceof byte[] last
        && parts.get(1) instanceof List<?> keys) {
      for (Object key : keys) {
        page.add(Names.text((byte[]) key));
      }
      over |= last.length == 0;
      from = after(last);
    } else {
      throw Server.strange(answer);
    }
  }

  @Override
  public void close() {
    over = true;
  }
}
