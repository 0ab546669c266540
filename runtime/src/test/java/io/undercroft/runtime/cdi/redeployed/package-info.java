/**
 * An application, apart from the tests, so that a class loader can have all of it and nothing else.
 */
@NullMarked
package io.undercroft.runtime.cdi.redeployed;

import org.jspecify.annotations.NullMarked;
