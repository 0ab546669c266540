package io.undercroft.spi;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What an index has of an entry, and what a query asks of it: for engines that keep FULLTEXT and
 * SPATIAL indexes themselves, so that a word and a place are the same on every backend. The runtime
 * implements it; a plugin gets it from {@link PluginContext#indexing}.
 *
 * <p><b>Threads:</b> safe for concurrent use. <b>Errors:</b> a value that cannot be read is
 * SERIALIZATION_FAILED or UNSUPPORTED, naming the key; what is asked wrongly is INVALID_QUERY.
 */
public interface Indexing {
  /**
   * Returns the texts to which the fields of an index lead, each cut into its words; no phrase
   * reaches from one to the next.
   */
  List<Text> texts(String key, StoredEntry entry, IndexDefinition index);

  /**
   * A text.
   *
   * @param field the number of the index's field that leads to it
   * @param words its words in their order, as they are compared; none longer than 255 characters
   */
  record Text(int field, List<String> words) {
    /** Copies the words. */
    public Text {
      words = List.copyOf(words);
    }
  }

  /** Returns the points on the earth to which the field of an index leads. */
  List<Place> places(String key, StoredEntry entry, IndexDefinition index);

  /**
   * A point on the earth.
   *
   * @param longitude degrees, -180 to 180
   * @param latitude degrees, -90 to 90
   */
  record Place(double longitude, double latitude) {}

  /**
   * Returns how a condition searches; empty if it does not, or not in a way that one index can
   * answer.
   */
  Optional<Search> search(Optional<Condition> where);

  /**
   * How a condition searches.
   *
   * @param fields the paths that are searched; one index must have them all
   * @param searched the part of the condition that searches and does nothing else
   * @param rest what is left to be evaluated
   */
  record Search(Set<String> fields, Condition searched, Optional<Condition> rest) {
    /** Copies the fields. */
    public Search {
      fields = Set.copyOf(fields);
      Objects.requireNonNull(searched, "searched");
      Objects.requireNonNull(rest, "rest");
    }
  }

  /**
   * Returns what the part of a condition that searches asks for.
   *
   * @throws io.undercroft.storage.StorageException INVALID_QUERY if it asks for too much
   */
  Sought sought(Condition searched);

  /**
   * Returns boxes in which every point lies that {@code near} or {@code within} asks for, and
   * perhaps others.
   *
   * @throws io.undercroft.storage.StorageException INVALID_QUERY if it asks for no area
   */
  List<Box> boxes(Condition.Comparison area);

  /** A part of the earth between two longitudes and two latitudes, in degrees, borders included. */
  record Box(double west, double south, double east, double north) {}
}
