package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Indexing;
import io.undercroft.spi.Sought;
import io.undercroft.storage.query.IndexDefinition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The statements of a FULLTEXT or SPATIAL index, which lies beside the table of the entries: in the
 * table {@code …_held}, what the engine finds rows by; in {@code …_marks}, the rows that were
 * written since, whoever wrote them, for a trigger marks them in the same transaction.
 *
 * <p>A word is held as the number of its field, {@code x} and the hexadecimal digits of its UTF-8:
 * whatever an engine takes for a word, it takes that for one.
 */
abstract sealed class SideWords {
  static boolean isFulltext(IndexDefinition index) {
    return index.type() == IndexDefinition.Type.FULLTEXT;
  }

  /** Returns whether an index lies beside the table. */
  static boolean isBeside(IndexDefinition index) {
    return isFulltext(index) || index.type() == IndexDefinition.Type.SPATIAL;
  }

  static String held(String name) {
    return name + "_held";
  }

  static String quotedHeld(String name) {
    return '"' + held(name) + '"';
  }

  static String quotedMarks(String name) {
    return '"' + name + "_marks\"";
  }

  /** Returns the statements that make an index, with every row marked. */
  abstract List<String> create(String table, String name, IndexDefinition index);

  /** Returns the statements that remove it. */
  abstract List<String> drop(String table, String name);

  /** Returns the statement that finds whether any row is marked. */
  final String anyMarked(String name) {
    return "SELECT 1 FROM " + quotedMarks(name) + " LIMIT 1";
  }

  /** Returns what keeps others from writing what is held, until the transaction ends. */
  Optional<String> lock(String name) {
    return Optional.empty();
  }

  /**
   * Returns the statement that reads the first marks, each with its row: the columns of an entry,
   * which are null if the row is gone, then the mark, then the row as it is held; bound is how
   * many.
   */
  abstract String marked(String table, String name);

  /** Returns the statement that forgets a mark. */
  abstract String unmark(String name);

  /** Returns the statement that lets go of a row. */
  abstract String release(String name);

  /** Returns the statement that holds a row with its words. */
  abstract String holdWords(String name);

  /**
   * Returns the statement that holds a row with the box of its places: west, south, east, north.
   */
  abstract String holdBox(String name);

  /** Returns the statement that counts the rows that are held. */
  abstract String count(String name, IndexDefinition index);

  /**
   * Returns the statement that finds rows by words, each with key, version and score, the best
   * first, and then those that are to be looked at besides, without a score: bound are what is
   * sought, now, how many, now.
   */
  abstract String search(String table, String name);

  /**
   * Returns what is true of the rows that may lie in a box: bound are east, north, west and south
   * of each; of the rest nothing is known but that it does not.
   */
  abstract String within(String name, int boxes);

  /** Returns the values of {@link #within}. */
  static List<Object> bounds(List<Indexing.Box> boxes) {
    List<Object> bounds = new ArrayList<>();
    for (Indexing.Box box : boxes) {
      bounds.add(box.east());
      bounds.add(box.north());
      bounds.add(box.west());
      bounds.add(box.south());
    }
    return bounds;
  }

  // ---- words

  static String token(int field, String word) {
    return field + "x" + HexFormat.of().formatHex(word.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the words of a row as they are held; null if the engine cannot hold so many. */
  abstract @Nullable String text(List<Indexing.Text> texts);

  /** Returns how the engine is asked for what is sought; empty if nothing can be found. */
  final Optional<String> asked(Sought sought, List<String> fields) {
    if (sought instanceof Sought.Phrase phrase) {
      int field = fields.indexOf(phrase.field());
      List<String> tokens = phrase.words().stream().map(word -> token(field, word)).toList();
      return Optional.of(phrase(tokens, phrase.prefix()));
    }
    if (sought instanceof Sought.Not not) {
      return asked(not.what(), fields);
    }
    List<String> wanted = new ArrayList<>();
    List<String> unwanted = new ArrayList<>();
    boolean all = sought instanceof Sought.All;
    List<Sought> parts =
        sought instanceof Sought.All several ? several.parts() : ((Sought.Any) sought).parts();
    for (Sought part : parts) {
      Optional<String> asked = asked(part, fields);
      if (asked.isPresent()) {
        (part instanceof Sought.Not ? unwanted : wanted).add(asked.get());
      } else if (all) {
        return Optional.empty();
      }
    }
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(all ? all(wanted, unwanted) : any(wanted));
  }

  /** Returns a score of {@link Occurrences} beside those that the engine gives. */
  double besides(double score) {
    return score;
  }

  abstract String phrase(List<String> tokens, boolean prefix);

  abstract String all(List<String> wanted, List<String> unwanted);

  abstract String any(List<String> wanted);

  /** Of SQLite: FTS5 and R*Tree, by the number of a row. */
  static final class OfSqlite extends SideWords {
    @Override
    List<String> create(String table, String name, IndexDefinition index) {
      String marks = quotedMarks(name);
      String mark =
          "INSERT INTO "
              + marks
              + " SELECT %1$s.id WHERE NOT EXISTS (SELECT 1 FROM "
              + marks
              + " WHERE row_id = %1$s.id); ";
      String old = String.format(mark, "OLD");
      String fresh = String.format(mark, "NEW");
      return List.of(
          "CREATE VIRTUAL TABLE "
              + quotedHeld(name)
              + (isFulltext(index)
                  ? " USING fts5(words, content='', contentless_delete=1, tokenize='ascii')"
                  : " USING rtree(id, west, east, south, north)"),
          "CREATE TABLE " + marks + " (row_id INTEGER PRIMARY KEY)",
          trigger(name, "_inserted", "INSERT", table, fresh),
          trigger(
              name, "_updated", "UPDATE OF id, document, bytes, content_type", table, old + fresh),
          trigger(name, "_deleted", "DELETE", table, old),
          "INSERT INTO " + marks + " SELECT id FROM " + table);
    }

    private static String trigger(
        String name, String suffix, String when, String table, String what) {
      return "CREATE TRIGGER \""
          + name
          + suffix
          + "\" AFTER "
          + when
          + " ON "
          + table
          + " BEGIN "
          + what
          + "END";
    }

    @Override
    List<String> drop(String table, String name) {
      return List.of(
          "DROP TRIGGER IF EXISTS \"" + name + "_inserted\"",
          "DROP TRIGGER IF EXISTS \"" + name + "_updated\"",
          "DROP TRIGGER IF EXISTS \"" + name + "_deleted\"",
          "DROP TABLE IF EXISTS " + quotedMarks(name),
          "DROP TABLE IF EXISTS " + quotedHeld(name));
    }

    @Override
    String marked(String table, String name) {
      return "SELECT "
          + Sql.ENTRY
          + ", m.row_id, m.row_id FROM (SELECT row_id FROM "
          + quotedMarks(name)
          + " ORDER BY row_id LIMIT ?) AS m LEFT JOIN "
          + table
          + " ON id = m.row_id";
    }

    @Override
    String unmark(String name) {
      return "DELETE FROM " + quotedMarks(name) + " WHERE row_id = ?";
    }

    @Override
    String release(String name) {
      return "DELETE FROM " + quotedHeld(name) + " WHERE rowid = ?";
    }

    @Override
    String holdWords(String name) {
      return "INSERT INTO " + quotedHeld(name) + " (rowid, words) VALUES (?, ?)";
    }

    @Override
    String holdBox(String name) {
      return "INSERT INTO "
          + quotedHeld(name)
          + " (id, west, south, east, north) VALUES (?, ?, ?, ?, ?)";
    }

    /** FTS5 itself holds no rows to count; what it notes of each does. */
    @Override
    String count(String name, IndexDefinition index) {
      return "SELECT count(*) FROM \""
          + held(name)
          + (isFulltext(index) ? "_docsize\"" : "_rowid\"");
    }

    /** Here a CROSS JOIN is one whose left side is read first. */
    @Override
    String search(String table, String name) {
      String held = quotedHeld(name);
      return "SELECT * FROM (SELECT t.entry_key, t.version, -bm25("
          + held
          + ") AS score FROM "
          + held
          + " CROSS JOIN "
          + table
          + " AS t ON t.id = "
          + held
          + ".rowid WHERE "
          + held
          + " MATCH ? AND t.id NOT IN (SELECT row_id FROM "
          + quotedMarks(name)
          + ") AND "
          + Sql.LIVE
          + " ORDER BY score DESC, t.entry_key LIMIT ?) UNION ALL SELECT t.entry_key, t.version,"
          + " NULL FROM "
          + quotedMarks(name)
          + " AS m CROSS JOIN "
          + table
          + " AS t ON t.id = m.row_id WHERE "
          + Sql.LIVE;
    }

    @Override
    String within(String name, int boxes) {
      String test = "(west <= ? AND south <= ? AND east >= ? AND north >= ?)";
      return "id IN (SELECT id FROM "
          + quotedHeld(name)
          + " WHERE "
          + String.join(" OR ", Collections.nCopies(boxes, test))
          + " UNION ALL SELECT row_id FROM "
          + quotedMarks(name)
          + ")";
    }

    /** A word of its own stands between two texts. */
    @Override
    String text(List<Indexing.Text> texts) {
      StringBuilder held = new StringBuilder();
      for (Indexing.Text text : texts) {
        held.append(held.isEmpty() ? "" : "x ");
        text.words().forEach(word -> held.append(token(text.field(), word)).append(' '));
      }
      return held.toString();
    }

    @Override
    String phrase(List<String> tokens, boolean prefix) {
      return '"' + String.join(" ", tokens) + (prefix ? "\" *" : "\"");
    }

    @Override
    String all(List<String> wanted, List<String> unwanted) {
      String both = "(" + String.join(" AND ", wanted) + ")";
      return unwanted.isEmpty()
          ? both
          : "(" + both + " NOT (" + String.join(" OR ", unwanted) + "))";
    }

    @Override
    String any(List<String> wanted) {
      return "(" + String.join(" OR ", wanted) + ")";
    }
  }

  /** Of PostgreSQL: {@code tsvector} and {@code box}, by the key of a row. */
  static final class OfPostgres extends SideWords {
    /** What a {@code tsvector} holds exactly. */
    private static final int LAST_POSITION = 16_383;

    private static final int MOST_POSITIONS = 255;
    private static final int LONGEST = 500_000;

    @Override
    List<String> create(String table, String name, IndexDefinition index) {
      boolean fulltext = isFulltext(index);
      String held = quotedHeld(name);
      String marks = quotedMarks(name);
      String function = '"' + name + "_mark\"";
      String mark = "INSERT INTO " + marks + " (row_key) VALUES (%s.entry_key); ";
      return List.of(
          "CREATE TABLE "
              + held
              + " (row_key text COLLATE \"C\" PRIMARY KEY, "
              + (fulltext ? "words tsvector)" : "area box NOT NULL)"),
          "CREATE INDEX ON "
              + held
              + (fulltext ? " USING gin (words) WITH (fastupdate = off)" : " USING gist (area)"),
          fulltext
              ? "CREATE INDEX ON " + held + " (row_key) WHERE words IS NULL"
              : "ALTER TABLE " + held + " SET (fillfactor = 90)",
          "CREATE TABLE "
              + marks
              + " (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, row_key text COLLATE \"C\""
              + " NOT NULL)",
          "CREATE INDEX ON " + marks + " (row_key)",
          "CREATE FUNCTION "
              + function
              + "() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $mark$ BEGIN"
              + " IF TG_OP <> 'INSERT' THEN "
              + String.format(mark, "OLD")
              + "END IF; IF TG_OP = 'INSERT' THEN "
              + String.format(mark, "NEW")
              + "ELSIF TG_OP = 'UPDATE' THEN IF NEW.entry_key <> OLD.entry_key THEN "
              + String.format(mark, "NEW")
              + "END IF; END IF; RETURN NULL; END $mark$",
          "CREATE TRIGGER "
              + function
              + " AFTER INSERT OR DELETE OR UPDATE OF entry_key, document, bytes, content_type ON "
              + table
              + " FOR EACH ROW EXECUTE FUNCTION "
              + function
              + "()",
          "INSERT INTO " + marks + " (row_key) SELECT entry_key FROM " + table);
    }

    @Override
    List<String> drop(String table, String name) {
      String function = '"' + name + "_mark\"";
      return List.of(
          "DROP TRIGGER IF EXISTS " + function + " ON " + table,
          "DROP FUNCTION IF EXISTS " + function + "()",
          "DROP TABLE IF EXISTS " + quotedMarks(name),
          "DROP TABLE IF EXISTS " + quotedHeld(name));
    }

    @Override
    Optional<String> lock(String name) {
      return Optional.of("LOCK TABLE " + quotedHeld(name) + " IN EXCLUSIVE MODE");
    }

    @Override
    String marked(String table, String name) {
      return "SELECT "
          + Sql.ENTRY
          + ", m.id, m.row_key FROM (SELECT id, row_key FROM "
          + quotedMarks(name)
          + " ORDER BY id LIMIT ?) AS m LEFT JOIN "
          + table
          + " ON entry_key = m.row_key ORDER BY m.id";
    }

    @Override
    String unmark(String name) {
      return "DELETE FROM " + quotedMarks(name) + " WHERE id = ?";
    }

    @Override
    String release(String name) {
      return "DELETE FROM " + quotedHeld(name) + " WHERE row_key = ?";
    }

    @Override
    String holdWords(String name) {
      return "INSERT INTO "
          + quotedHeld(name)
          + " (row_key, words) VALUES (?, CAST(? AS tsvector))";
    }

    @Override
    String holdBox(String name) {
      return "INSERT INTO "
          + quotedHeld(name)
          + " (row_key, area) VALUES (?, box(point(?, ?), point(?, ?)))";
    }

    @Override
    String count(String name, IndexDefinition index) {
      return "SELECT count(*) FROM " + quotedHeld(name);
    }

    @Override
    String search(String table, String name) {
      String held = quotedHeld(name);
      String marks = quotedMarks(name);
      return "SELECT * FROM (SELECT t.entry_key, t.version, CAST(ts_rank(w.words, q.q, 1) AS"
          + " double precision) AS score FROM (SELECT CAST(? AS tsquery) AS q) AS q CROSS JOIN "
          + held
          + " AS w JOIN "
          + table
          + " AS t ON t.entry_key = w.row_key WHERE w.words @@ q.q AND NOT EXISTS (SELECT 1 FROM "
          + marks
          + " AS m WHERE m.row_key = w.row_key) AND "
          + Sql.LIVE
          + " ORDER BY score DESC, t.entry_key LIMIT ?) AS f UNION ALL SELECT t.entry_key,"
          + " t.version, NULL FROM "
          + table
          + " AS t WHERE t.entry_key IN (SELECT row_key FROM "
          + marks
          + " UNION SELECT row_key FROM "
          + held
          + " WHERE words IS NULL) AND "
          + Sql.LIVE;
    }

    @Override
    String within(String name, int boxes) {
      String test = "area && box(point(?, ?), point(?, ?))";
      return "entry_key IN (SELECT row_key FROM "
          + quotedHeld(name)
          + " WHERE "
          + String.join(" OR ", Collections.nCopies(boxes, test))
          + " UNION ALL SELECT row_key FROM "
          + quotedMarks(name)
          + ")";
    }

    /** What is found once in a text of some words has about this rank. */
    @Override
    double besides(double score) {
      return score / 50;
    }

    /** A position is left out between two texts. */
    @Override
    @Nullable String text(List<Indexing.Text> texts) {
      StringBuilder held = new StringBuilder();
      Map<String, Integer> counts = new HashMap<>();
      int position = 0;
      for (Indexing.Text text : texts) {
        for (String word : text.words()) {
          String token = token(text.field(), word);
          position++;
          if (position > LAST_POSITION
              || counts.merge(token, 1, Integer::sum) > MOST_POSITIONS
              || held.length() > LONGEST) {
            return null;
          }
          held.append(token).append(':').append(position).append(' ');
        }
        position++;
      }
      return held.toString();
    }

    @Override
    String phrase(List<String> tokens, boolean prefix) {
      return "(" + String.join(" <-> ", tokens) + (prefix ? ":*)" : ")");
    }

    @Override
    String all(List<String> wanted, List<String> unwanted) {
      List<String> parts = new ArrayList<>(wanted);
      unwanted.forEach(part -> parts.add("!" + part));
      return "(" + String.join(" & ", parts) + ")";
    }

    @Override
    String any(List<String> wanted) {
      return "(" + String.join(" | ", wanted) + ")";
    }
  }
}
