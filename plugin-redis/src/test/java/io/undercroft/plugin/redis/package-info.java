/** Proof of the plugin {@code redis}, against real servers. */
@NullMarked
package io.undercroft.plugin.redis;

import org.jspecify.annotations.NullMarked;
