/** Storages inside the transactions of a container. */
@NullMarked
package io.undercroft.it.jta;

import org.jspecify.annotations.NullMarked;
