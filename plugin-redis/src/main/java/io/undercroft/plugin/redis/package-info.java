/**
 * The plugin {@code redis}: values on a Redis or Valkey server, shared by several instances of an
 * application.
 *
 * <p>{@link io.undercroft.plugin.redis.RedisPlugin} is the door; the rest is its own affair. How
 * the data lies in the server is written down in decision 018 and in {@code docs/redis.md}.
 */
@NullMarked
package io.undercroft.plugin.redis;

import org.jspecify.annotations.NullMarked;
