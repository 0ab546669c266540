package io.undercroft.runtime.codec;

import java.util.Optional;

/** What may be missing on the class path. */
enum Library {
  JDK("java.util.zip.Deflater", "the JDK's module java.base"),
  LZ4("net.jpountz.lz4.LZ4Factory", "at.yawk.lz4:lz4-java"),
  SNAPPY("org.xerial.snappy.Snappy", "org.xerial.snappy:snappy-java"),
  ZSTD("com.github.luben.zstd.Zstd", "com.github.luben:zstd-jni"),
  PROTOBUF("com.google.protobuf.Message", "com.google.protobuf:protobuf-java");

  private final String type;
  private final String coordinates;

  Library(String type, String coordinates) {
    this.type = type;
    this.coordinates = coordinates;
  }

  /** Returns the end of a sentence that says what to add, if it is missing. */
  Optional<String> problem() {
    return problem(Library.class.getClassLoader());
  }

  /** Returns the same for what another class loader sees. */
  Optional<String> problem(ClassLoader loader) {
    try {
      Class.forName(type, false, loader);
      return Optional.empty();
    } catch (ClassNotFoundException | LinkageError e) {
      // what is wrong is said below
      return Optional.of(
          "needs a library that is not on the class path; add "
              + coordinates
              + " beside the runtime");
    }
  }
}
