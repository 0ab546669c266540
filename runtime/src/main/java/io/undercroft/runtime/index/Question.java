package io.undercroft.runtime.index;

import io.undercroft.spi.Sought;
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
  static Sought sought(Condition condition) {
    return new Question().read(condition);
  }

  /** As {@link #sought}, as Lucene is asked for it. */
  static Query of(Condition condition) {
    return lucene(sought(condition));
  }

  private static Query lucene(Sought sought) {
    if (sought instanceof Sought.Phrase phrase) {
      return lucene(phrase);
    }
    BooleanQuery.Builder joined = new BooleanQuery.Builder();
    if (sought instanceof Sought.All all) {
      for (Sought part : all.parts()) {
        if (part instanceof Sought.Not not) {
          joined.add(lucene(not.what()), Occur.MUST_NOT);
        } else {
          joined.add(lucene(part), Occur.MUST);
        }
      }
    } else if (sought instanceof Sought.Any any) {
      if (any.parts().isEmpty()) {
        return new MatchNoDocsQuery("no word is asked for");
      }
      any.parts().forEach(part -> joined.add(lucene(part), Occur.SHOULD));
    }
    return joined.build();
  }

  private static Query lucene(Sought.Phrase phrase) {
    String name = Words.name(phrase.field());
    List<String> words = phrase.words();
    if (phrase.prefix()) {
      return new PrefixQuery(new Term(name, words.get(0)));
    }
    return words.size() == 1
        ? new TermQuery(new Term(name, words.get(0)))
        : new PhraseQuery(name, words.toArray(String[]::new));
  }

  private Sought read(Condition condition) {
    if (condition instanceof Condition.Comparison comparison) {
      return read(comparison.field(), (String) comparison.value().orElseThrow());
    }
    boolean all = condition instanceof Condition.All;
    List<Condition> parts =
        condition instanceof Condition.All several
            ? several.conditions()
            : ((Condition.Any) condition).conditions();
    List<Sought> joined = new ArrayList<>(parts.size());
    for (Condition part : parts) {
      count(1, "searches");
      joined.add(read(part));
    }
    return all ? new Sought.All(joined) : new Sought.Any(joined);
  }

  private Sought read(String field, String text) {
    if (text.length() > LONGEST) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "the text to search in %s has %d characters; 1,000 are possible"
              .formatted(StorageException.quote(field), text.length()));
    }
    Set<Sought.Phrase> wanted = new LinkedHashSet<>();
    Set<Sought.Phrase> unwanted = new LinkedHashSet<>();
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

  private List<Sought.Phrase> asked(String field, String text, boolean quoted) {
    List<String> found = Words.of(text);
    count(found.size(), "words");
    if (!quoted && text.endsWith("*") && !found.isEmpty()) {
      int last = found.size() - 1;
      List<Sought.Phrase> all = new ArrayList<>(phrase(field, found.subList(0, last)));
      all.add(new Sought.Phrase(field, List.of(found.get(last)), true));
      return all;
    }
    return phrase(field, found);
  }

  private static List<Sought.Phrase> phrase(String field, List<String> words) {
    return words.isEmpty() ? List.of() : List.of(new Sought.Phrase(field, words, false));
  }

  private static Sought joined(Set<Sought.Phrase> wanted, Set<Sought.Phrase> unwanted) {
    if (wanted.isEmpty()) {
      return new Sought.Any(List.of());
    }
    List<Sought> parts = new ArrayList<>(wanted);
    unwanted.forEach(phrase -> parts.add(new Sought.Not(phrase)));
    return new Sought.All(parts);
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
