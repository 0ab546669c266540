package io.undercroft.runtime.codec;

import io.undercroft.spi.Codec;
import io.undercroft.spi.CodecProvider;
import java.lang.reflect.Type;
import java.util.List;

/**
 * All codecs of one runtime.
 *
 * <p><b>Threads:</b> immutable. It holds on to the providers and the class loader that it was built
 * with; nothing static does.
 */
@SuppressWarnings("DoNotCallSuggester") // signatures first; the next commits fill them
public final class Codecs {
  private Codecs() {}

  /**
   * Returns the built-in codec {@code jsonb} and these.
   *
   * @param providers custom codecs, found or handed in
   * @param loader sees the JSON-B implementation; the runtime's own class loader is asked after it
   * @throws io.undercroft.storage.StorageException INVALID_CONFIG if two have one id, or one takes
   *     the id {@code jsonb}
   */
  public static Codecs of(List<? extends CodecProvider> providers, ClassLoader loader) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns what {@code format} may be: {@code json}, the default, {@code msgpack}, {@code
   * protobuf}.
   */
  public static List<String> formats() {
    return List.of("json", "msgpack", "protobuf");
  }

  /**
   * Returns what {@code compression} may be: {@code none}, the default, {@code gzip}, {@code lz4},
   * {@code snappy}, {@code zstd}.
   */
  public static List<String> compressions() {
    return List.of("none", "gzip", "lz4", "snappy", "zstd");
  }

  /**
   * Returns what {@code codec} may be: {@code jsonb}, the default, and the providers' ids, sorted.
   */
  public List<String> ids() {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns what is wrong with settings, before any type is known: an id that does not exist, with
   * those that do; a library that is not on the class path, with its Maven coordinates; a custom
   * codec together with a format. Empty if nothing is.
   */
  public List<String> problems(CodecSettings settings) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns a new codec for one storage. Everything that can be decided once is decided here: the
   * JSON-B mapping of the type is built, the libraries are loaded.
   *
   * @param type the type of the storage's values, as {@link io.undercroft.storage.TypeRef} gives
   *     it; {@code Object.class} for a storage without one, whose values come back as maps, lists,
   *     strings, {@link java.math.BigDecimal} and booleans
   * @throws io.undercroft.storage.StorageException INVALID_CONFIG for every one of {@link
   *     #problems}, and for a type that the codec or the format cannot do
   */
  public Codec<?> codecFor(Type type, CodecSettings settings) {
    throw new UnsupportedOperationException();
  }
}
