package io.undercroft.it.cache;

/** A value that is written once in a whole run. */
public record Mark(long number) {}
