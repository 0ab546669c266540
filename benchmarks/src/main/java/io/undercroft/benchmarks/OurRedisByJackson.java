package io.undercroft.benchmarks;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** As {@link OurRedis}, with the JSON library that the others have. */
@State(Scope.Benchmark)
public class OurRedisByJackson extends OurRedis {
  @Override
  String codec() {
    return "jackson";
  }
}
