@NullMarked
package io.undercroft.it;

import org.jspecify.annotations.NullMarked;
