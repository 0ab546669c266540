/** The archive as a server runs it, asked from outside. */
@NullMarked
package io.undercroft.it.servers;

import org.jspecify.annotations.NullMarked;
