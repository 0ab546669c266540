@NullMarked
package io.undercroft.layer.guard;

import org.jspecify.annotations.NullMarked;
