package io.undercroft.it.servers;

import io.undercroft.storage.Storage;
import jakarta.ejb.LocalBean;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;

/** An enterprise bean of which there are some. */
@Stateless
@LocalBean
public class Pooled implements Holders.Holder {
  @Inject Storage<Room> rooms;

  @Override
  public Storage<Room> rooms() {
    return rooms;
  }
}
