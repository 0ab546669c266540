package io.undercroft.plugin.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the log of changes: the id that the server gave to a change, and the change's own. The
 * second tells whether what the server has under that id is still the same change, which after a
 * fail-over it need not be.
 *
 * @param millis the first number of the server's id
 * @param sequence the second number
 * @param change the change's own id
 */
record Position(long millis, long sequence, String change) implements Comparable<Position> {
  private static final Pattern TEXT = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})/([!-~]{1,64})");

  /** Before everything. */
  static final Position NEVER = new Position(0, 0, "never");

  /** Returns the place that this text names; {@link #NEVER} for a text that we never gave. */
  static Position of(String text) {
    Matcher parts = TEXT.matcher(text);
    return parts.matches()
        ? new Position(
            Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)), parts.group(3))
        : NEVER;
  }

  /** Returns the id that the server gave. */
  String serverId() {
    return millis + "-" + sequence;
  }

  @Override
  public int compareTo(Position other) {
    int byMillis = Long.compare(millis, other.millis);
    return byMillis != 0 ? byMillis : Long.compare(sequence, other.sequence);
  }

  @Override
  public String toString() {
    return serverId() + "/" + change;
  }
}
