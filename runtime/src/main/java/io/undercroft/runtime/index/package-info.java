/**
 * Indexes that the runtime keeps in memory for backends that have none: what they hold, how writes
 * keep them right, how a query finds its way through them.
 *
 * <p>What a query means, only {@code query} knows; who writes when, only {@code layers}.
 */
@NullMarked
package io.undercroft.runtime.index;

import org.jspecify.annotations.NullMarked;
