/**
 * The plugin {@code jdbc}, and {@code sqlite} as a short form of it: one table per storage, in
 * SQLite, H2, PostgreSQL or MariaDB.
 *
 * <p>{@link io.undercroft.plugin.jdbc.JdbcPlugin} and {@link
 * io.undercroft.plugin.jdbc.SqlitePlugin} are the doors; the rest is its own affair. What stands in
 * the tables is written down in the decision 017.
 */
@NullMarked
package io.undercroft.plugin.jdbc;

import org.jspecify.annotations.NullMarked;
