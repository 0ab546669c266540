package io.undercroft.it.bank;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A bank in a process of its own, which says line by line through a pipe what happens in it. Who
 * closes the other pipe closes the bank.
 */
final class BankProcess implements AutoCloseable {
  private static final int DEADLINE_SECONDS = 120;

  private final Process process;
  private final Thread reader;
  private final CountDownLatch open = new CountDownLatch(1);
  private volatile boolean closedInOrder;

  private BankProcess(Process process, Reports reports) {
    this.process = process;
    this.reader = new Thread(() -> read(reports), "bank " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts one on a storage that was founded.
   *
   * @param log where its words go
   * @param fault what is wrong with its transactions
   */
  static BankProcess start(
      Books books,
      Path storage,
      long seed,
      PlantedTransactions.Fault fault,
      Path log,
      Reports reports)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            BankMain.class.getName(),
            storage.toString(),
            Integer.toString(books.accounts()),
            Integer.toString(books.tellers()),
            Long.toString(seed),
            fault.name());
    builder.environment().keySet().removeIf(name -> name.startsWith("STORAGE"));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new BankProcess(builder.start(), reports);
  }

  /** The other end of the pipe. */
  static final class Pipe implements Reports {
    private final PrintStream out;

    Pipe(PrintStream out) {
      this.out = out;
    }

    private void say(String line) {
      byte[] bytes = (line.replace('\n', ' ') + "\n").getBytes(StandardCharsets.UTF_8);
      out.write(bytes, 0, bytes.length); // one call, so that lines do not mix
      out.flush();
    }

    void open() {
      say("open");
    }

    void closed() {
      say("closed");
    }

    @Override
    public void transfer(int teller, long number, int attempts, long nanos) {
      say("transfer " + teller + " " + number + " " + attempts + " " + nanos);
    }

    @Override
    public void snapshot(long beginNanos, long nanos) {
      say("snapshot " + beginNanos + " " + nanos);
    }

    @Override
    public void abandoned(String why) {
      say("abandoned " + why);
    }

    @Override
    public void wrong(String what) {
      say("wrong " + what);
    }
  }

  private void read(Reports reports) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      StringBuilder line = new StringBuilder();
      for (int next = lines.read(); next >= 0; next = lines.read()) {
        if (next != '\n') {
          line.append((char) next);
          continue;
        }
        take(line.toString(), reports);
        line.setLength(0);
      } // a line without its end was cut by the kill: nobody was told
    } catch (IOException gone) {
      return; // the process was killed in the middle
    } catch (RuntimeException e) {
      reports.wrong("the bank's words are not understood: " + e);
    }
  }

  private void take(String line, Reports reports) {
    int space = line.indexOf(' ');
    String word = space < 0 ? line : line.substring(0, space);
    String rest = line.substring(space + 1);
    switch (word) {
      case "open" -> open.countDown();
      case "closed" -> closedInOrder = true;
      case "transfer" -> {
        List<Long> n = numbers(rest);
        reports.transfer(n.get(0).intValue(), n.get(1), n.get(2).intValue(), n.get(3));
      }
      case "snapshot" -> reports.snapshot(numbers(rest).get(0), numbers(rest).get(1));
      case "abandoned" -> reports.abandoned(rest);
      case "wrong" -> reports.wrong(rest);
      default -> throw new IllegalArgumentException(line);
    }
  }

  private static List<Long> numbers(String rest) {
    return List.of(rest.split(" ", -1)).stream().map(Long::valueOf).toList();
  }

  /** Waits until money moves; false if the process ends before. */
  boolean awaitOpen() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!open.await(50, TimeUnit.MILLISECONDS)) {
      if (!process.isAlive()) {
        return open.await(1, TimeUnit.SECONDS);
      }
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("no bank opens within " + DEADLINE_SECONDS + " s");
      }
    }
    return true;
  }

  /** Lets it live for so long; false if it ends by itself. */
  boolean lives(long millis) throws InterruptedException {
    return !process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /** Kills it as {@code kill -9} does; all that it has said is reported when this returns. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Closes the bank in good order; whether that came to its end is told. */
  boolean end() throws InterruptedException {
    try {
      process.getOutputStream().close();
    } catch (IOException gone) {
      return false; // it has ended already
    }
    awaitEnd();
    return closedInOrder && process.exitValue() == 0;
  }

  private void awaitEnd() throws InterruptedException {
    if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("process " + process.pid() + " does not end");
    }
    reader.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
    if (reader.isAlive()) {
      throw new IllegalStateException("the pipe of process " + process.pid() + " does not end");
    }
  }

  /** Kills it if it is still there. */
  @Override
  public void close() {
    if (process.isAlive()) {
      try {
        kill();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
