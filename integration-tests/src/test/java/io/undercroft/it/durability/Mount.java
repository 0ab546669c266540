package io.undercroft.it.durability;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A mounted file system, unmounted in any case: at the latest when the JVM ends. */
final class Mount implements AutoCloseable {
  private final List<String> command;
  private final Path place;
  private final Thread atTheEnd = new Thread(this::unmountQuietly, "unmount");
  private boolean mounted;

  /**
   * Mounts.
   *
   * @param place an empty directory
   * @param arguments what {@code mount} needs to know before the place
   */
  Mount(Path place, String... arguments) throws Exception {
    this.place = place;
    command = new ArrayList<>(List.of("mount"));
    command.addAll(Arrays.asList(arguments));
    command.add(place.toString());
    Runtime.getRuntime().addShutdownHook(atTheEnd);
    on();
  }

  private synchronized void on() throws Exception {
    Programs.run(command.toArray(String[]::new));
    mounted = true;
  }

  private synchronized void off(String... how) throws IOException, InterruptedException {
    if (mounted) {
      List<String> unmount = new ArrayList<>(List.of("umount"));
      unmount.addAll(Arrays.asList(how));
      unmount.add(place.toString());
      Programs.run(unmount.toArray(String[]::new));
      mounted = false;
    }
  }

  /** Unmounts and mounts again. */
  void again() throws Exception {
    off();
    on();
  }

  private void unmountQuietly() {
    try {
      off("-l");
    } catch (IOException | InterruptedException e) {
      System.err.println("durability: '" + place + "' is still mounted: " + e.getMessage());
    }
  }

  /** Unmounts, even under those who still use it. */
  @Override
  public void close() throws IOException {
    try {
      off("-l");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    Runtime.getRuntime().removeShutdownHook(atTheEnd);
  }
}
