/** Tests of what queries mean. */
@NullUnmarked
package io.undercroft.runtime.query;

import org.jspecify.annotations.NullUnmarked;
