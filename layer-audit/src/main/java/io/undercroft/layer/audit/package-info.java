/** The layer {@code audit}: a trail of what was done to a storage, in which tampering shows. */
@NullMarked
package io.undercroft.layer.audit;

import org.jspecify.annotations.NullMarked;
