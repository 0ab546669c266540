/** Stores with one planted fault each, to see the harness go red. */
@NullMarked
package io.undercroft.it.durability.planted;

import org.jspecify.annotations.NullMarked;
