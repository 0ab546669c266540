/**
 * Judges of what happened: pure functions from a history to a verdict, for histories of single keys
 * ({@link io.undercroft.testkit.history.Linearizability}), of transactions ({@link
 * io.undercroft.testkit.history.ListAppend}, {@link io.undercroft.testkit.history.RegisterHistory})
 * and of what a watcher was told ({@link io.undercroft.testkit.history.WatchLog}). They run nothing
 * and know no storage.
 */
@NullMarked
package io.undercroft.testkit.history;

import org.jspecify.annotations.NullMarked;
