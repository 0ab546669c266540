/**
 * Storages in the readiness of MicroProfile Health.
 *
 * <p>A server finds {@link io.undercroft.health.StorageReadiness} by itself when the jar is in the
 * archive; nothing has to be called.
 */
@NullMarked
package io.undercroft.health;

import org.jspecify.annotations.NullMarked;
