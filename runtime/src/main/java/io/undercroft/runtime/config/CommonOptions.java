package io.undercroft.runtime.config;

/** The settings that every storage has, whatever its plugin. */
final class CommonOptions {
  static final String JSON = "json";
  static final String NONE = "none";

  private CommonOptions() {}
}
