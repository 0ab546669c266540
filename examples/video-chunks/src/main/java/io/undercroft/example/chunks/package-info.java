/** The pieces of recorded episodes in a typed store: validated, found by overlapping times. */
@NullMarked
package io.undercroft.example.chunks;

import org.jspecify.annotations.NullMarked;
