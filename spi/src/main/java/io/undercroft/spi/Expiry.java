package io.undercroft.spi;

/**
 * Says that the backend itself keeps entries past their deadline from being seen: by every method
 * of every facet, {@link KeyValue#size} included, even when nothing ran at the deadline. It has no
 * methods.
 *
 * <p>A backend without it only keeps the deadline that it is given; the runtime then hides expired
 * entries, at the price of a scan for each {@code size()}.
 */
public interface Expiry extends Facet {}
