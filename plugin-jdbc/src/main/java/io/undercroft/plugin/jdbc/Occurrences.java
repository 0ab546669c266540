package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Indexing;
import io.undercroft.spi.Sought;
import java.util.List;

/**
 * Looks for what is sought in the texts of one entry, for those that the engine does not hold as
 * they are.
 *
 * @param fields the fields of the index, by their numbers
 */
record Occurrences(List<Indexing.Text> texts, List<String> fields) {
  /** As BM25 has it: how fast one more of the same counts for less. */
  private static final double SATURATION = 1.2;

  /** Returns how well the entry fits, by how often it has what is sought; 0 if it does not. */
  double score(Sought sought) {
    if (sought instanceof Sought.Phrase phrase) {
      long count = count(phrase);
      return count * (SATURATION + 1) / (count + SATURATION);
    } else if (sought instanceof Sought.Any any) {
      return any.parts().stream().mapToDouble(this::score).sum();
    } else if (sought instanceof Sought.All all) {
      return all(all.parts());
    }
    return count(((Sought.Not) sought).what()) == 0 ? 1 : 0;
  }

  private double all(List<Sought> parts) {
    double sum = 0;
    for (Sought part : parts) {
      double score = score(part);
      if (score == 0) {
        return 0;
      }
      sum += part instanceof Sought.Not ? 0 : score;
    }
    return sum;
  }

  private long count(Sought.Phrase phrase) {
    int field = fields.indexOf(phrase.field());
    long count = 0;
    for (Indexing.Text text : texts) {
      for (int at = 0; text.field() == field && at < text.words().size(); at++) {
        count += stands(phrase, text.words(), at) ? 1 : 0;
      }
    }
    return count;
  }

  private static boolean stands(Sought.Phrase phrase, List<String> text, int at) {
    List<String> words = phrase.words();
    if (phrase.prefix()) {
      return text.get(at).startsWith(words.get(0));
    }
    return at + words.size() <= text.size() && text.subList(at, at + words.size()).equals(words);
  }
}
