/**
 * The two doors of Undercroft: {@code io.undercroft.storage} and its siblings, which an application
 * compiles against, and {@code io.undercroft.spi}, which a plugin or a layer compiles against.
 */
module io.undercroft.spi {
  requires transitive jakarta.inject;
  requires static transitive org.jspecify;

  exports io.undercroft.spi;
  exports io.undercroft.storage;
  exports io.undercroft.storage.event;
  exports io.undercroft.storage.query;
  exports io.undercroft.storage.tool;

  uses io.undercroft.spi.RuntimeProvider;
}
