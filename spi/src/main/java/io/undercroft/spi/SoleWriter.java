package io.undercroft.spi;

/**
 * Says that nobody but this process writes what the backend holds while it is open: everything that
 * changes goes through its facets, or passes its deadline. It has no methods.
 *
 * <p>With it the runtime can keep what transactions have yet to see, and offers them up to {@code
 * SERIALIZABLE} from {@link Commit}. Without it others may write in between, of which only what
 * they did to a key that was read is noticed, by its version: then it offers {@code
 * REPEATABLE_READ}.
 *
 * <p>A person who edits the stored files of a running application by hand does not take this away;
 * such an edit is noticed by its version where it meets a read key. A layer that brings in entries
 * which others write takes it away.
 */
public interface SoleWriter extends Facet {}
