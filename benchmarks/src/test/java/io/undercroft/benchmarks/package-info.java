@NullMarked
package io.undercroft.benchmarks;

import org.jspecify.annotations.NullMarked;
