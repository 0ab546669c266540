/** Rooms in which people watch films together: the smallest complete application on Undercroft. */
@NullMarked
package io.undercroft.example.rooms;

import org.jspecify.annotations.NullMarked;
