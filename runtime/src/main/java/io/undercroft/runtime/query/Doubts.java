package io.undercroft.runtime.query;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.Queries.Found;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Query;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an engine has found, without the entries of which it is unsure and that do not match: for
 * them the whole condition is evaluated. It is compiled when the first of them comes; mostly none
 * does.
 *
 * <p><b>Threads:</b> for one at a time.
 */
final class Doubts implements Cursor<Found> {
  private final Cursor<Found> below;
  private final Optional<Condition> where;
  private final Documents documents;
  private final Predicate<String> spatial;
  private @Nullable Evaluation evaluation;

  /**
   * Takes the parts.
   *
   * @param where what must hold
   * @param spatial whether {@code near} and {@code within} may be asked of a field
   */
  Doubts(
      Cursor<Found> below,
      Optional<Condition> where,
      Documents documents,
      Predicate<String> spatial) {
    this.below = below;
    this.where = where;
    this.documents = documents;
    this.spatial = spatial;
  }

  @Override
  public List<Found> next() {
    List<Found> page = below.next();
    while (!page.isEmpty()) {
      List<Found> sure =
          page.stream().noneMatch(Found::unsure)
              ? page
              : page.stream().filter(found -> !found.unsure() || matches(found)).toList();
      if (!sure.isEmpty()) {
        return sure;
      }
      page = below.next();
    }
    return page;
  }

  private boolean matches(Found found) {
    Evaluation whole = evaluation;
    if (whole == null) {
      whole = new Evaluation(where.map(Query::where).orElse(Query.all()), documents, spatial);
      evaluation = whole;
    }
    return whole.matches(found);
  }

  @Override
  public void close() {
    below.close();
  }
}
