@NullMarked
package io.undercroft.layer.validate;

import org.jspecify.annotations.NullMarked;
