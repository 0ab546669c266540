package io.undercroft.plugin.file;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a file's extension says about its content.
 *
 * <p>No extension is the end of another one, so that a file name has one reading only.
 */
final class ContentTypes {
  /** One extension with the content type that it stands for. */
  record Type(int number, String extension, String contentType) {
    /** Returns whether it is this type. */
    boolean is(Type other) {
      return number == other.number;
    }
  }

  private static final String JSON_TYPE = "application/json";
  private static final List<Type> ALL = all();
  private static final Map<String, Type> BY_CONTENT_TYPE = new HashMap<>();

  static {
    for (Type type : ALL) {
      BY_CONTENT_TYPE.put(type.contentType(), type);
    }
  }

  /** Readable JSON. */
  static final Type JSON = ALL.get(0);

  /** Bytes of which the extension says nothing; the metadata may know more. */
  static final Type BINARY = ALL.get(ALL.size() - 1);

  private ContentTypes() {}

  private static List<Type> all() {
    String[][] formats = {
      {".json", JSON_TYPE}, {".msgpack", "application/msgpack"}, {".pb", "application/x-protobuf"}
    };
    String[][] compressions = {
      {"", ""}, {".gz", "+gzip"}, {".lz4", "+lz4"}, {".sz", "+snappy"}, {".zst", "+zstd"}
    };
    List<Type> types = new ArrayList<>();
    for (String[] format : formats) {
      for (String[] compression : compressions) {
        types.add(new Type(types.size(), format[0] + compression[0], format[1] + compression[1]));
      }
    }
    types.add(new Type(types.size(), ".bin", "application/octet-stream"));
    return List.copyOf(types);
  }

  /** Returns how many there are; their numbers are below it. */
  static int count() {
    return ALL.size();
  }

  /** Returns the type of this number. */
  static Type of(int number) {
    return ALL.get(number);
  }

  /** Returns the type for a value of this content type; {@link #BINARY} if none is its own. */
  static Type of(String contentType) {
    return BY_CONTENT_TYPE.getOrDefault(contentType, BINARY);
  }

  /** Returns the type that a file name ends in. */
  static Optional<Type> ofFile(String fileName) {
    for (Type type : ALL) {
      if (fileName.endsWith(type.extension())) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
