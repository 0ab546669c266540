package io.undercroft.plugin.jdbc;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A way to a server on this machine that can be shut: then its connections break and new ones are
 * refused. Or it falls silent, and new ones are taken.
 */
final class Door implements AutoCloseable {
  private final int target;
  private final int port;
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
  private final ServerSocket listening;
  private volatile boolean shut;
  private volatile boolean silent;

  private Door(int target, ServerSocket listening) {
    this.target = target;
    this.listening = listening;
    this.port = listening.getLocalPort();
  }

  static Door to(int target) {
    try {
      ServerSocket listening = new ServerSocket();
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Door door = new Door(target, listening);
      door.serve();
      return door;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  private void serve() {
    start(
        () -> {
          while (!listening.isClosed()) {
            Socket client = listening.accept();
            if (shut) {
              client.close();
            } else if (silent) {
              open.add(client);
            } else {
              connect(client);
            }
          }
        });
  }

  private void connect(Socket client) throws IOException {
    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    open.add(client);
    open.add(server);
    if (shut) { // meanwhile
      breakAll();
    }
    start(() -> pump(client, server));
    start(() -> pump(server, client));
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // one end is gone, and so is the other
              }
            },
            "door");
    thread.setDaemon(true);
    thread.start();
  }

  private void pump(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[16 << 10];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
      }
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  /** Breaks all connections, and new ones as they come. Its port stays its own. */
  void shut() {
    shut = true;
    try {
      breakAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Breaks all connections; new ones are taken, and never answered. */
  void silence() {
    silent = true;
    shut();
    shut = false;
  }

  private void breakAll() throws IOException {
    for (Closeable socket : open) {
      socket.close();
    }
  }

  /** Lets connections through again; those that were never answered break. */
  void open() {
    if (silent) {
      silent = false;
      shut();
    }
    shut = false;
  }

  @Override
  public void close() {
    shut();
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
