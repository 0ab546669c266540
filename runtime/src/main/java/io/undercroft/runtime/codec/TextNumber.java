package io.undercroft.runtime.codec;

import jakarta.json.JsonNumber;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A JSON number that keeps the text that it was read with: {@code 1.10}, {@code 1e3}, {@code -0}.
 */
final class TextNumber implements JsonNumber {
  private final String text;

  /** Takes a text that follows JSON's grammar and the limits; the parser saw to it. */
  TextNumber(String text) {
    this.text = text;
  }

  @Override
  public ValueType getValueType() {
    return ValueType.NUMBER;
  }

  @Override
  public boolean isIntegral() {
    return bigDecimalValue().scale() == 0;
  }

  @Override
  public int intValue() {
    return bigDecimalValue().intValue();
  }

  @Override
  public int intValueExact() {
    return bigDecimalValue().intValueExact();
  }

  @Override
  public long longValue() {
    return bigDecimalValue().longValue();
  }

  @Override
  public long longValueExact() {
    return bigDecimalValue().longValueExact();
  }

  @Override
  public BigInteger bigIntegerValue() {
    return bigDecimalValue().toBigInteger();
  }

  @Override
  public BigInteger bigIntegerValueExact() {
    return bigDecimalValue().toBigIntegerExact();
  }

  @Override
  public double doubleValue() {
    return Double.parseDouble(text);
  }

  @Override
  public BigDecimal bigDecimalValue() {
    return new BigDecimal(text);
  }

  @Override
  public Number numberValue() {
    return bigDecimalValue();
  }

  /** As {@link JsonNumber} says: by the value and its scale, whoever made the other. */
  @Override
  public boolean equals(Object other) {
    return other instanceof JsonNumber number && bigDecimalValue().equals(number.bigDecimalValue());
  }

  @Override
  public int hashCode() {
    return bigDecimalValue().hashCode();
  }

  /** Returns the text, unchanged. */
  @Override
  public String toString() {
    return text;
  }
}
