/** Changes and events of a storage, and how to subscribe to them. */
@NullMarked
package io.undercroft.storage.event;

import org.jspecify.annotations.NullMarked;
