package io.undercroft.testkit.history;

import java.util.Objects;
import java.util.Optional;

/**
 * One call on one key, as its client saw it: it took effect at some moment between call and answer.
 *
 * @param client who called, for the message
 * @param key the key
 * @param action what was asked and answered
 * @param from the moment before the call, on a clock that all clients share
 * @param to the moment after the answer; {@link #NEVER} if the outcome is unknown: then it may have
 *     taken effect at any later moment or not at all, and what the action says of its answer counts
 *     for nothing
 */
public record Invocation(int client, String key, Action action, long from, long to) {
  /** The end of a call whose outcome is unknown. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Checks the moments. */
  public Invocation {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(action, "action");
    if (to < from) {
      throw new IllegalArgumentException("it ends at " + to + ", before its start at " + from);
    }
  }

  /** Returns whether nobody knows what became of it. */
  public boolean isPending() {
    return to == NEVER;
  }

  /** Returns it in one line. */
  @Override
  public String toString() {
    String end = isPending() ? "unknown" : String.valueOf(to);
    return "client " + client + " [" + from + ".." + end + "] " + action;
  }

  /** What was asked of a key, and the answer. */
  public sealed interface Action {}

  /**
   * A read.
   *
   * @param value what was found
   * @param version the version that came with it, where the call tells it
   */
  public record Read(Optional<String> value, Optional<String> version) implements Action {
    /** Checks that nothing is {@code null}. */
    public Read {
      Objects.requireNonNull(value, "value");
      Objects.requireNonNull(version, "version");
    }
  }

  /**
   * A write, whatever was there.
   *
   * @param value what was written
   * @param version the new version, where the call tells it
   */
  public record Write(String value, Optional<String> version) implements Action {
    /** Checks that nothing is {@code null}. */
    public Write {
      Objects.requireNonNull(value, "value");
      Objects.requireNonNull(version, "version");
    }
  }

  /**
   * A write if nothing is there.
   *
   * @param value what was to be written
   * @param done whether it was written
   */
  public record WriteIfAbsent(String value, boolean done) implements Action {
    /** Checks that nothing is {@code null}. */
    public WriteIfAbsent {
      Objects.requireNonNull(value, "value");
    }
  }

  /**
   * A write if this version is there.
   *
   * @param expected the version asked for
   * @param value what was to be written
   * @param version the new version, where it was written and the call tells it
   * @param done whether it was written
   */
  public record WriteIfVersion(
      String expected, String value, Optional<String> version, boolean done) implements Action {
    /** Checks that nothing is {@code null}. */
    public WriteIfVersion {
      Objects.requireNonNull(expected, "expected");
      Objects.requireNonNull(value, "value");
      Objects.requireNonNull(version, "version");
    }
  }

  /**
   * A removal.
   *
   * @param existed whether there was something
   */
  public record Remove(boolean existed) implements Action {}

  /**
   * A removal if this version is there.
   *
   * @param expected the version asked for
   * @param done whether it was removed
   */
  public record RemoveIfVersion(String expected, boolean done) implements Action {
    /** Checks that nothing is {@code null}. */
    public RemoveIfVersion {
      Objects.requireNonNull(expected, "expected");
    }
  }

  /**
   * An atomic change of what was there.
   *
   * @param saw what the change was made from
   * @param wrote what it made of it; empty for a removal
   */
  public record Update(Optional<String> saw, Optional<String> wrote) implements Action {
    /** Checks that nothing is {@code null}. */
    public Update {
      Objects.requireNonNull(saw, "saw");
      Objects.requireNonNull(wrote, "wrote");
    }
  }
}
