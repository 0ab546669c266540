/** That every entry is readable wherever it lies, and moves when the rules say so. */
@NullMarked
package io.undercroft.layer.tier;

import org.jspecify.annotations.NullMarked;
