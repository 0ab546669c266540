package io.undercroft.spi;

import java.util.List;
import java.util.Objects;

/** What a search asks for, in words as {@link Indexing} cuts them. */
public sealed interface Sought {
  /** What has all of this; at least one part is no {@link Not}. */
  record All(List<Sought> parts) implements Sought {
    /** Copies the parts. */
    public All {
      parts = List.copyOf(parts);
    }
  }

  /** What has any of this; nothing does if there are no parts. No part is a {@link Not}. */
  record Any(List<Sought> parts) implements Sought {
    /** Copies the parts. */
    public Any {
      parts = List.copyOf(parts);
    }
  }

  /** What does not have this; only a part of {@link All}. */
  record Not(Phrase what) implements Sought {
    /** Checks that nothing is {@code null}. */
    public Not {
      Objects.requireNonNull(what, "what");
    }
  }

  /**
   * Words one behind the other in one text of a field.
   *
   * @param words at least one
   * @param prefix whether the word, of which there is only one then, is the beginning of one
   */
  record Phrase(String field, List<String> words, boolean prefix) implements Sought {
    /** Checks the words. */
    public Phrase {
      Objects.requireNonNull(field, "field");
      words = List.copyOf(words);
      if (words.isEmpty() || (prefix && words.size() > 1)) {
        throw new IllegalArgumentException(
            "a phrase has words, a prefix only one: " + words.size());
      }
    }
  }
}
