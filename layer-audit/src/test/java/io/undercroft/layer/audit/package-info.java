/** That the trail is complete, chained, and free of what it must not hold. */
@NullMarked
package io.undercroft.layer.audit;

import org.jspecify.annotations.NullMarked;
