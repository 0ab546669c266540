package io.undercroft.benchmarks;

/** How JSON stands in files, on both sides alike. Public, as JMH asks for. */
public enum Layout {
  /** Laid out for people; the file plugin's default. */
  PRETTY,
  /** Without white space. */
  COMPACT
}
