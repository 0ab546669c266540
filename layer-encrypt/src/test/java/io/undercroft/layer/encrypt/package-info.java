@NullMarked
package io.undercroft.layer.encrypt;

import org.jspecify.annotations.NullMarked;
