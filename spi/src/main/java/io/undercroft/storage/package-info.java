/**
 * What an application compiles against: {@link io.undercroft.storage.Storage} and the capabilities
 * beside it.
 *
 * <p>No method of this package accepts or returns {@code null}. Absence is {@link
 * java.util.Optional} as a result and an overload as a parameter. Every failure is a {@link
 * io.undercroft.storage.StorageException} with a code; a broken argument that no input can cause is
 * a {@link NullPointerException}.
 */
@NullMarked
package io.undercroft.storage;

import org.jspecify.annotations.NullMarked;
