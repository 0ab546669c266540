/** The layers on backends with transactions, queries and changes of their own. */
@NullMarked
package io.undercroft.it.layers;

import org.jspecify.annotations.NullMarked;
