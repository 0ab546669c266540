package io.undercroft.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearMissTest {
  private static final List<String> KNOWN =
      List.of("type", "path", "uri", "max-connections", "max-entries", "timeout", "redis", "file");

  @ParameterizedTest
  @CsvSource({
    "redsi,redis",
    "File,file",
    "FILE,file",
    "ur,uri",
    "url,uri",
    "paht,path",
    "tpye,type",
    "maxConnections,max-connections",
    "max_connections,max-connections",
    "max.connections,max-connections",
    "max-conections,max-connections",
    "MAX-ENTRIES,max-entries",
    "time-out,timeout",
    "timeuot,timeout"
  })
  void aSlipIsUnderstood(String wrong, String meant) {
    assertThat(NearMiss.of(wrong, KNOWN)).contains(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "colour", "cassandra", "keyspace", "connections-of-the-pool"})
  void whatIsLikeNothingGetsNoGuess(String wrong) {
    assertThat(NearMiss.of(wrong, KNOWN)).isEmpty();
  }
}
