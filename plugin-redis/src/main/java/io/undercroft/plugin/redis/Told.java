package io.undercroft.plugin.redis;

/**
 * A server as others than itself tell of it.
 *
 * @param address host and port
 * @param primary whether it is the primary, by what is agreed
 * @param down whether it is not reached
 * @param silentMillis how long it has not answered
 */
record Told(String address, boolean primary, boolean down, long silentMillis) {}
