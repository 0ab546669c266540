package io.undercroft.runtime.discovery;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of the SPI: what {@code Undercroft-Spi} says in a manifest. */
record SpiVersion(int major, int minor) {
  /** The version that this runtime offers. */
  static final SpiVersion OFFERED = new SpiVersion(1, 0);

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})");

  static Optional<SpiVersion> parse(String text) {
    Matcher parts = TEXT.matcher(text);
    return parts.matches()
        ? Optional.of(
            new SpiVersion(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2))))
        : Optional.empty();
  }

  /** Whether what was built against this version runs with the offered one. */
  boolean isOffered() {
    return major == OFFERED.major && minor <= OFFERED.minor;
  }

  /** Whether the runtime is too old for it, not the other way round. */
  boolean isNewer() {
    return major > OFFERED.major || (major == OFFERED.major && minor > OFFERED.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
