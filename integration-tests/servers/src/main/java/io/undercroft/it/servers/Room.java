package io.undercroft.it.servers;

import java.util.List;

/**
 * A room for watching films together.
 *
 * @param title what stands on its door
 * @param members who is in it
 */
public record Room(String title, List<String> members) {}
