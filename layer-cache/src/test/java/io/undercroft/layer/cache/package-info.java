@NullMarked
package io.undercroft.layer.cache;

import org.jspecify.annotations.NullMarked;
