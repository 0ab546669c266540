package io.undercroft.it.layers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A network between a client and a real server that loses what it carries, keeps it for a while, or
 * breaks, at random. What it hands on is as it was.
 *
 * <p><b>Threads:</b> two for each connection, which end with it.
 */
final class FaultProxy implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final int MOST_MILLIS = 400;

  /** One of so many answers that are lost is lost in silence: the client waits for its timeout. */
  private static final int SILENCES = 60;

  private final int target;
  private final double share;
  private final SplittableRandom dice;
  private final ServerSocket door;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Map<Fault, Long> done = new EnumMap<>(Fault.class);
  private volatile boolean faulty;

  /** What happens to a piece of the traffic. */
  enum Fault {
    /** The server never sees it, and the client sees the connection end. */
    REQUEST_LOST,
    /** The server sees it late, maybe when the client has given up. */
    REQUEST_LATE,
    /** The server has done it, and the client sees the connection end. */
    ANSWER_LOST,
    /** The client gets the beginning of the answer, and then the connection ends. */
    ANSWER_TORN,
    /** The client gets the answer late. */
    ANSWER_LATE,
    /** The client gets no answer, and the connection stays. */
    SILENCE
  }

  /**
   * Opens it; until {@link #faulty} it is honest.
   *
   * @param target the server's port on the loopback interface
   * @param share how much of what is carried meets a fault, from 0 to 1
   */
  FaultProxy(int target, double share, long seed) throws IOException {
    this.target = target;
    this.share = share;
    this.dice = new SplittableRandom(seed);
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start("fault-proxy", this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  /** Begins with faults, or ends them. */
  void faulty(boolean now) {
    faulty = now;
  }

  /** Returns how often each fault happened. */
  synchronized Map<Fault, Long> faults() {
    return new EnumMap<>(done);
  }

  private synchronized void count(Fault fault) {
    done.merge(fault, 1L, Long::sum);
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private synchronized SplittableRandom dice() {
    return dice.split();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        open.add(client);
        try {
          Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
          open.add(server);
          client.setTcpNoDelay(true);
          server.setTcpNoDelay(true);
          Line line = new Line(client, server);
          start("fault-proxy-requests", () -> line.carry(dice(), true));
          start("fault-proxy-answers", () -> line.carry(dice(), false));
        } catch (IOException e) {
          end(client); // the server is not there: neither is the client's connection
        }
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void end(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** One connection of a client and one to the server. */
  private final class Line {
    private final Socket client;
    private final Socket server;

    Line(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void carry(SplittableRandom dice, boolean requests) {
      try {
        InputStream in = (requests ? client : server).getInputStream();
        OutputStream out = (requests ? server : client).getOutputStream();
        byte[] piece = new byte[BUFFER];
        for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
          if (!carry(Arrays.copyOf(piece, length), out, dice, requests)) {
            break;
          }
        }
      } catch (IOException e) {
        // one of the two went away; so does the other
      }
      end(client);
      end(server);
    }

    /** Returns whether the connection goes on. */
    private boolean carry(byte[] piece, OutputStream out, SplittableRandom dice, boolean requests)
        throws IOException {
      if (!faulty || dice.nextDouble() >= share) {
        out.write(piece);
        return true;
      }
      Fault fault = fault(dice, requests);
      count(fault);
      switch (fault) {
        case REQUEST_LATE, ANSWER_LATE -> {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1 + dice.nextInt(MOST_MILLIS)));
          out.write(piece);
          return true;
        }
        case ANSWER_TORN -> {
          out.write(piece, 0, piece.length / 2);
          return false;
        }
        case SILENCE -> {
          return true;
        }
        default -> {
          return false;
        }
      }
    }

    private static Fault fault(SplittableRandom dice, boolean requests) {
      if (requests) {
        return dice.nextBoolean() ? Fault.REQUEST_LOST : Fault.REQUEST_LATE;
      }
      if (dice.nextInt(SILENCES) == 0) {
        return Fault.SILENCE;
      }
      return switch (dice.nextInt(4)) {
        case 0 -> Fault.ANSWER_LATE;
        case 1 -> Fault.ANSWER_TORN;
        default -> Fault.ANSWER_LOST;
      };
    }
  }

  /** Ends all connections; there are no more of them. */
  void end() throws IOException {
    door.close();
    open.forEach(this::end);
  }

  @Override
  public void close() throws IOException {
    end();
  }
}
