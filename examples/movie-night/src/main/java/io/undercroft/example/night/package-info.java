/**
 * Rooms in which people rate films together, and see at once what the others think: a Jakarta EE
 * application that keeps its data in whatever the configuration says.
 */
@NullMarked
package io.undercroft.example.night;

import org.jspecify.annotations.NullMarked;
