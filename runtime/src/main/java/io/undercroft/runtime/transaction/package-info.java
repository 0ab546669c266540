/**
 * Optimistic transactions for a backend that has none, from its key-value and commit facets: all
 * writes of the storage pass through one {@link io.undercroft.runtime.transaction.Timeline}, which
 * keeps what the running transactions have yet to see.
 *
 * <p>Layers make a timeline for each storage that needs one; nothing else is public.
 */
@NullMarked
package io.undercroft.runtime.transaction;

import org.jspecify.annotations.NullMarked;
