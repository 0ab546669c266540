package io.undercroft.runtime.index;

import io.undercroft.runtime.query.Area;
import io.undercroft.runtime.query.Documents;
import io.undercroft.runtime.query.Fields;
import io.undercroft.runtime.query.Point;
import io.undercroft.spi.Indexing;
import io.undercroft.spi.Queries.Found;
import io.undercroft.spi.Sought;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The words and places that the runtime's own indexes are made of, for engines that keep theirs.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
public final class Meaning implements Indexing {
  private final Documents documents;

  /** Takes what reads the values. */
  public Meaning(Documents documents) {
    this.documents = documents;
  }

  private Map<String, @Nullable Object> read(String key, StoredEntry entry, Shape shape) {
    return new Fields(documents, shape.paths).read(new Found(key, entry, OptionalDouble.empty()));
  }

  @Override
  public List<Text> texts(String key, StoredEntry entry, IndexDefinition index) {
    Shape shape = new Shape(index);
    List<Text> texts = new ArrayList<>();
    for (Held.Text text : shape.hold(key, read(key, entry, shape)).texts) {
      texts.add(new Text(shape.find(text.field()), Words.of(text.text())));
    }
    return texts;
  }

  @Override
  public List<Place> places(String key, StoredEntry entry, IndexDefinition index) {
    Shape shape = new Shape(index);
    List<Place> places = new ArrayList<>();
    for (Point point : shape.points(read(key, entry, shape))) {
      places.add(new Place(point.longitude(), point.latitude()));
    }
    return places;
  }

  @Override
  public Optional<Indexing.Search> search(Optional<Condition> where) {
    return io.undercroft.runtime.index.Search.of(where)
        .map(search -> new Indexing.Search(search.fields(), search.searched(), search.residual()));
  }

  @Override
  public Sought sought(Condition searched) {
    return Question.sought(searched);
  }

  @Override
  public List<Box> boxes(Condition.Comparison area) {
    return Area.of(area).boxes();
  }
}
