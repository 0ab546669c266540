@NullMarked
package io.undercroft.layer.scope;

import org.jspecify.annotations.NullMarked;
