package io.undercroft.benchmarks;

/** How often each key is picked. Public, as JMH asks for. */
public enum Spread {
  /** All alike. */
  UNIFORM,
  /** A few very often and most hardly ever: {@link Zipfian}. */
  ZIPFIAN
}
