package io.undercroft.runtime.client;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Codec;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Facets;
import io.undercroft.spi.HeldEntries;
import io.undercroft.spi.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * What the operations on values of one type work on until the mount is swapped: facets and codec,
 * looked up once.
 */
final class Bound<T> {
  final MountPoint.Mounted mounted;
  final Mount mount;
  final Gate gate;
  final Facets facets;
  final KeyValue keyValue;
  final @Nullable HeldEntries held;
  final @Nullable Batch batch;
  final @Nullable Commit commit;
  final Codec<T> codec;
  final SharedValues shared;
  final String contentType;

  Bound(MountPoint.Mounted mounted, Facets facets, Codec<T> codec, SharedValues shared) {
    this.mounted = mounted;
    this.mount = mounted.mount();
    this.gate = mounted.gate();
    this.facets = facets;
    this.keyValue = facets.require(KeyValue.class);
    this.held = keyValue.held().orElse(null);
    this.batch = facets.find(Batch.class).orElse(null);
    this.commit = facets.find(Commit.class).orElse(null);
    this.codec = codec;
    this.shared = shared;
    this.contentType = codec.contentType();
  }
}
