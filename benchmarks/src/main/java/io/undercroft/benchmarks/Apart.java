package io.undercroft.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A server on one processor, and who asks it on the others. Left to the system, the two are on one
 * processor or on two, from one minute to the next, and a question takes a third of the time on
 * one: that is more than anything that is to be told of the server. By Linux's command {@code
 * taskset}; where there is none, or one processor only, everything stays as it is.
 */
final class Apart {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final String SERVER = String.valueOf(PROCESSORS - 1);
  private static final String CLIENT = "0-" + (PROCESSORS - 2);

  private Apart() {}

  /** Starts servers on the last processor. */
  static <S> S server(Callable<S> start) throws Exception {
    if (PROCESSORS < 2 || !move(SERVER)) {
      return start.call();
    }
    try {
      return start.call(); // processes stay where the one was that started them
    } finally {
      move("0-" + SERVER);
    }
  }

  /** Returns a command that stays away from the servers' processor. */
  static List<String> client(List<String> command) throws IOException, InterruptedException {
    List<String> apart = new ArrayList<>();
    if (PROCESSORS > 1 && move("0-" + SERVER)) {
      apart.addAll(List.of("taskset", "--cpu-list", CLIENT));
    }
    apart.addAll(command);
    return apart;
  }

  /** Moves this process to some processors; returns whether that can be done here. */
  private static boolean move(String processors) throws InterruptedException {
    try {
      return new ProcessBuilder(
                  "taskset",
                  "--all-tasks",
                  "--cpu-list",
                  "--pid",
                  processors,
                  String.valueOf(ProcessHandle.current().pid()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
