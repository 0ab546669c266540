package io.undercroft.it.servers;

import io.undercroft.storage.Storage;
import jakarta.ejb.LocalBean;
import jakarta.ejb.Singleton;
import jakarta.inject.Inject;

/** An enterprise bean of which there is one. */
@Singleton
@LocalBean
public class Single implements Holders.Holder {
  @Inject Storage<Room> rooms;

  @Override
  public Storage<Room> rooms() {
    return rooms;
  }
}
