package io.undercroft.layer.validate;

import io.undercroft.spi.Codec;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Layer;
import java.lang.reflect.Type;

/** Looks at values before they are encoded, and at nothing else. */
final class ValidateLayer implements Layer, AutoCloseable {
  static final String ID = "validate";

  private final Constraints constraints;

  ValidateLayer(Constraints constraints) {
    this.constraints = constraints;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Stage stage() {
    return Stage.SHAPE;
  }

  @Override
  public Facets apply(Facets below) {
    return below;
  }

  @Override
  public <T> Codec<T> codec(Codec<T> below, Type type) {
    return new ValidatedCodec<>(below, constraints, type.getTypeName());
  }

  @Override
  public void close() {
    constraints.close();
  }

  /** What is read is not looked at: it may be older than a constraint. */
  private record ValidatedCodec<T>(Codec<T> below, Constraints constraints, String type)
      implements Codec<T> {
    @Override
    public String contentType() {
      return below.contentType();
    }

    @Override
    public byte[] encode(T value) {
      constraints.check(value, type);
      return below.encode(value);
    }

    @Override
    public T decode(byte[] bytes, String contentType) {
      return below.decode(bytes, contentType);
    }
  }
}
