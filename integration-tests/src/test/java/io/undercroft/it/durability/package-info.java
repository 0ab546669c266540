/**
 * What survives a killed process, a cut power line, a full disk and failing system calls: driven
 * through {@code shell}.
 */
@NullMarked
package io.undercroft.it.durability;

import org.jspecify.annotations.NullMarked;
