package io.undercroft.it.servers;

import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageName;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Asks for a storage that is not configured, and for one with values of another type. */
@ApplicationScoped
public class Demanding {
  @Inject
  @StorageName("attic")
  Storage<Room> attic;

  @Inject
  @StorageName("folder")
  Storage<Integer> numbers;
}
