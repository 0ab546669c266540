package io.undercroft.spi;

import java.util.List;

/**
 * Several writes as one: all or nothing, for readers (nobody sees some of them and not the others
 * by reading one key after another), for crashes and for power cuts. The rest is as in {@link
 * KeyValue}.
 */
public interface Commit extends Facet {
  /**
   * Applies the mutations if every check holds.
   *
   * @param checks at most one for a key
   * @param mutations at most one for a key; may be empty, to check only
   */
  CommitResult commit(List<Check> checks, List<Mutation> mutations);
}
