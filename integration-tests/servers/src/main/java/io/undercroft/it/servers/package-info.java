/** An application that a Jakarta EE server runs: rooms over REST, money in two databases. */
@NullMarked
package io.undercroft.it.servers;

import org.jspecify.annotations.NullMarked;
