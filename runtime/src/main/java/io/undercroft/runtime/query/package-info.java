/**
 * What a query means: conditions as predicates over stored documents, orders, cursors, projections
 * and aggregations, and the JSON form of all of them.
 *
 * <p>It is the oracle: a backend that answers a query itself gives the same answer. {@link
 * io.undercroft.runtime.query.CompleteQueries} gives complete answers over whatever a backend has:
 * nothing but a scan, or an engine that leaves something over. How stored bytes are read is handed
 * in as {@link io.undercroft.runtime.query.Documents}.
 */
@NullMarked
package io.undercroft.runtime.query;

import org.jspecify.annotations.NullMarked;
