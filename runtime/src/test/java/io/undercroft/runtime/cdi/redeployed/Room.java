package io.undercroft.runtime.cdi.redeployed;

/** A value. */
public record Room(String name) {}
