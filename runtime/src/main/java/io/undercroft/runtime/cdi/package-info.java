/**
 * CDI: storages at injection points.
 *
 * <p>{@link io.undercroft.runtime.cdi.UndercroftExtension} is a Build Compatible Extension that
 * uses CDI 4.0 only. It registers one {@code @Dependent} synthetic bean per configured storage and
 * interface, whose type is {@code Storage<T>} with a type variable: the creator reads the real type
 * of values from the injection point. All handles on a storage share the one that is open in the
 * application's {@link io.undercroft.storage.Undercroft}, which is a bean too.
 *
 * <p>What is public here is public for the container's sake; an application needs none of it.
 */
@NullMarked
package io.undercroft.runtime.cdi;

import org.jspecify.annotations.NullMarked;
