/** The layer {@code telemetry}, with the SDK of OpenTelemetry. */
@NullMarked
package io.undercroft.layer.telemetry;

import org.jspecify.annotations.NullMarked;
