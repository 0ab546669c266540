/**
 * Undercroft beside the raw equivalent doing the same work, measured by JMH in one run.
 *
 * <p>A benchmark class has a method {@code undercroft} and a method {@code raw}; {@link
 * io.undercroft.benchmarks.Ratios} makes the table of both.
 */
@NullMarked
package io.undercroft.benchmarks;

import org.jspecify.annotations.NullMarked;
