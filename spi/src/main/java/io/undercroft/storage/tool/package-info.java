/**
 * What looks after a storage, apart from its operations: reading a trail, moving entries,
 * comparing.
 */
@NullMarked
package io.undercroft.storage.tool;

import org.jspecify.annotations.NullMarked;
