package io.undercroft.runtime.discovery;

/** Does nothing; {@link LoaderWatch} loads it again and again and sees when a copy is unloaded. */
final class Canary {
  private Canary() {}
}
