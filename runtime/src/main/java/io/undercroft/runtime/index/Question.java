package io.undercroft.runtime.index;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.Condition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * What {@code search} asks for, read from what a person types. There is no wrong text: what is no
 * sign is a word.
 *
 * <table>
 * <caption>The signs</caption>
 * <tr><td>{@code red house}</td><td>both words, anywhere in the field</td></tr>
 * <tr><td>{@code "red house"}</td><td>one behind the other</td></tr>
 * <tr><td>{@code hous*}</td><td>a word that begins so</td></tr>
 * <tr><td>{@code -blue}, {@code -"light blue"}</td><td>not the word, not the phrase</td></tr>
 * </table>
 *
 * <p>What Unicode takes for several words ({@code wi-fi}) is a phrase of these. A text that asks
 * for no word, or only says what must not be there, finds nothing.
 *
 * <p><b>Threads:</b> for one at a time.
 */
final class Question {
  private static final int LONGEST = 1_000;
  private static final int MOST_WORDS = 50;

  private int words;

  private Question() {}

  /**
   * Reads searches, and all and any of such.
   *
   * @throws StorageException INVALID_QUERY if they are too long
   */
  static Query of(Condition condition) {
    return new Question().read(condition);
  }

  private Query read(Condition condition) {
    if (condition instanceof Condition.Comparison comparison) {
      return read(comparison.field(), (String) comparison.value().orElseThrow());
    }
    boolean all = condition instanceof Condition.All;
    List<Condition> parts =
        condition instanceof Condition.All several
            ? several.conditions()
            : ((Condition.Any) condition).conditions();
    BooleanQuery.Builder joined = new BooleanQuery.Builder();
    for (Condition part : parts) {
      count(1, "searches");
      joined.add(read(part), all ? Occur.MUST : Occur.SHOULD);
    }
    return joined.build();
  }

  private Query read(String field, String text) {
    if (text.length() > LONGEST) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "the text to search in %s has %d characters; 1,000 are possible"
              .formatted(StorageException.quote(field), text.length()));
    }
    Set<Query> wanted = new LinkedHashSet<>();
    Set<Query> unwanted = new LinkedHashSet<>();
    int at = 0;
    while (at < text.length()) {
      if (isSpace(text.charAt(at))) {
        at++;
        continue;
      }
      boolean not = text.charAt(at) == '-';
      int from = not ? at + 1 : at;
      boolean quoted = from < text.length() && text.charAt(from) == '"';
      int to = quoted ? text.indexOf('"', from + 1) : from;
      if (quoted) {
        to = to < 0 ? text.length() : to;
      } else {
        while (to < text.length() && !isSpace(text.charAt(to)) && text.charAt(to) != '"') {
          to++;
        }
      }
      (not ? unwanted : wanted).addAll(asked(field, text.substring(from, to), quoted));
      at = quoted ? to + 1 : Math.max(to, at + 1);
    }
    return joined(wanted, unwanted);
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private List<Query> asked(String field, String text, boolean quoted) {
    List<String> found = Words.of(text);
    count(found.size(), "words");
    String name = Words.name(field);
    if (!quoted && text.endsWith("*") && !found.isEmpty()) {
      int last = found.size() - 1;
      List<Query> all = new ArrayList<>(phrase(name, found.subList(0, last)));
      all.add(new PrefixQuery(new Term(name, found.get(last))));
      return all;
    }
    return phrase(name, found);
  }

  private static List<Query> phrase(String name, List<String> words) {
    return switch (words.size()) {
      case 0 -> List.of();
      case 1 -> List.of(new TermQuery(new Term(name, words.get(0))));
      default -> List.of(new PhraseQuery(name, words.toArray(String[]::new)));
    };
  }

  private static Query joined(Set<Query> wanted, Set<Query> unwanted) {
    if (wanted.isEmpty()) {
      return new MatchNoDocsQuery("no word is asked for");
    }
    BooleanQuery.Builder joined = new BooleanQuery.Builder();
    wanted.forEach(one -> joined.add(one, Occur.MUST));
    unwanted.forEach(one -> joined.add(one, Occur.MUST_NOT));
    return joined.build();
  }

  private void count(int more, String what) {
    words += more;
    if (words > MOST_WORDS) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "a query searches for more than 50 %s; ask for fewer".formatted(what));
    }
  }
}
