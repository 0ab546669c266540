package io.undercroft.it.servers;

/** Rooms as they are sent. */
final class Rooms {
  private Rooms() {}

  /** Returns one with nobody in it. */
  static String json(String title) {
    return "{\"members\":[],\"title\":\"%s\"}".formatted(title);
  }
}
