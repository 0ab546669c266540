/**
 * Queries, aggregations and indexes as values: built in code or read from the wire form, one
 * meaning on every backend.
 */
@NullMarked
package io.undercroft.storage.query;

import org.jspecify.annotations.NullMarked;
