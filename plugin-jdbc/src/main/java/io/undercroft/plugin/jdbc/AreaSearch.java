package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Indexing;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a spatial index leads to: the rows that may lie in an area, and those of which it does not
 * know. Each is compared exactly afterwards.
 *
 * @param area the part of the condition that asks for it
 * @param clause what is true of the rows
 */
record AreaSearch(JdbcIndexes.Kept index, Condition.Comparison area, Clause clause) {
  /** Returns the way by the first area that must hold and has an index, if there is one. */
  static Optional<AreaSearch> of(
      Optional<Condition> where, List<JdbcIndexes.Kept> indexes, SideIndexes side) {
    List<Condition> parts = new ArrayList<>();
    where.ifPresent(condition -> flatten(condition, parts));
    for (Condition part : parts) {
      if (part instanceof Condition.Comparison area
          && (area.operator() == Operator.NEAR || area.operator() == Operator.WITHIN)) {
        for (JdbcIndexes.Kept index : indexes) {
          if (isOf(index, area.field())) {
            List<Indexing.Box> boxes = side.indexing().boxes(area);
            Clause clause =
                new Clause(
                    side.words().within(index.name(), boxes.size()), SideWords.bounds(boxes));
            return Optional.of(new AreaSearch(index, area, clause));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static void flatten(Condition condition, List<Condition> into) {
    if (condition instanceof Condition.All all) {
      all.conditions().forEach(part -> flatten(part, into));
    } else {
      into.add(condition);
    }
  }

  /** Returns whether an index knows the places of a field. */
  static boolean isOf(JdbcIndexes.Kept index, String field) {
    return index.definition().type() == IndexDefinition.Type.SPATIAL
        && IndexWords.fields(index.definition()).get(0).equals(field);
  }
}
