/**
 * Undercroft beside the raw equivalent doing the same work, and beside what others make of it,
 * measured by JMH in one run.
 *
 * <p>A benchmark class has a parameter {@code by} whose values are the sides, or else a method for
 * each side: {@code undercroft}, {@code raw} and the libraries. {@link
 * io.undercroft.benchmarks.Ratios} makes the table of all.
 */
@NullMarked
package io.undercroft.benchmarks;

import org.jspecify.annotations.NullMarked;
