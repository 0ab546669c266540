package io.undercroft.it.servers;

import io.undercroft.storage.DistributedStorage;
import io.undercroft.storage.StorageName;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Asks a folder for what only servers have. */
@ApplicationScoped
public class Ambitious {
  @Inject
  @StorageName("folder")
  DistributedStorage<Room> distributed;
}
