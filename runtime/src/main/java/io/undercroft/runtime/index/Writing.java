package io.undercroft.runtime.index;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** What indexes will hold of some entries, once these are written. */
public final class Writing {
  private final List<Kept> indexes;
  private final Map<String, List<Held>> held;
  private final Collection<String> removed;
  private final Collection<String> values;

  /**
   * Takes the parts.
   *
   * @param indexes the indexes that were there
   * @param held for each key that is written, what each index will hold of it
   * @param removed the keys that are removed
   * @param values what stands for the values that must be unique
   */
  Writing(
      List<Kept> indexes,
      Map<String, List<Held>> held,
      Collection<String> removed,
      Collection<String> values) {
    this.indexes = indexes;
    this.held = held;
    this.removed = removed;
    this.values = values;
  }

  List<Kept> indexes() {
    return indexes;
  }

  Map<String, List<Held>> held() {
    return held;
  }

  Collection<String> removed() {
    return removed;
  }

  /** Returns the keys that are written or removed. */
  public Collection<String> keys() {
    List<String> keys = new ArrayList<>(held.keySet());
    keys.addAll(removed);
    return keys;
  }

  /** Returns the names of everything that nobody else may be writing meanwhile. */
  public Collection<String> turns() {
    Collection<String> turns = keys();
    turns.addAll(values);
    return turns;
  }
}
