/** The layer {@code telemetry}: traces and metrics by the OpenTelemetry API. */
@NullMarked
package io.undercroft.layer.telemetry;

import org.jspecify.annotations.NullMarked;
