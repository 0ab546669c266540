/**
 * Configuration: MicroProfile Config in, checked settings of every storage out, or one
 * INVALID_CONFIG that lists every problem.
 *
 * <p>It is read in two phases, because plugins must be found before their options can be checked:
 * {@link io.undercroft.runtime.config.Configuration#bootstrap} says where plugins are and whom to
 * trust, {@link io.undercroft.runtime.config.Configuration#check} does the rest.
 */
@NullMarked
package io.undercroft.runtime.config;

import org.jspecify.annotations.NullMarked;
