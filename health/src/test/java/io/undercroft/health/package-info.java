@NullMarked
package io.undercroft.health;

import org.jspecify.annotations.NullMarked;
