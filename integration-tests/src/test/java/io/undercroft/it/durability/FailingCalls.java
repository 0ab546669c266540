package io.undercroft.it.durability;

import io.undercroft.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * System calls of a running process that fail as long as this is open: {@code strace}, attached
 * after the start, with {@code inject}.
 */
final class FailingCalls implements AutoCloseable {
  private static final int END_SECONDS = 20;
  private static final int FILES_AHEAD = 64;
  private static final Pattern DRAFT =
      Pattern.compile("(\\.undercroft-[0-9a-z]+-)([0-9a-z]+)\\.tmp");

  private final Process strace;
  private final Path trace;

  private FailingCalls(Process strace, Path trace) {
    this.strace = strace;
    this.trace = trace;
  }

  /** Returns why no calls can be made to fail here, or empty. */
  static Optional<String> obstacle(Path folder) {
    Optional<String> missing = Programs.obstacle("to trace another process", List.of("strace"));
    if (missing.isPresent()) {
      return missing;
    }
    try {
      Process victim = new ProcessBuilder("sleep", "60").start();
      try (FailingCalls tried = attach(victim.pid(), folder, "fsync", "EIO", List.of())) {
        return tried.strace.isAlive() ? Optional.empty() : Optional.of("strace does not stay");
      } finally {
        victim.destroyForcibly();
      }
    } catch (IOException | AssertionError e) {
      return Optional.of("it needs strace to attach to another process: " + e.getMessage());
    }
  }

  /**
   * Makes calls fail in all threads of a process from now on.
   *
   * @param folder where traces are kept
   * @param calls the names of the calls, as strace knows them
   * @param fault the error and when: {@code "EIO"}, {@code "ENOSPC:when=2+"}
   * @param only the paths to which it is limited, or none
   */
  static FailingCalls attach(
      long pid, Path folder, String calls, String fault, Collection<Path> only) throws IOException {
    List<String> inject =
        List.of("-e", "trace=" + calls, "-e", "inject=" + calls + ":error=" + fault);
    return attach(pid, folder, inject, only);
  }

  private static FailingCalls attach(
      long pid, Path folder, List<String> what, Collection<Path> only) throws IOException {
    Path trace = Files.createTempFile(folder, "strace", ".txt");
    Path words = Files.createTempFile(folder, "strace", ".words");
    List<String> command = new ArrayList<>(List.of("strace", "-f", "-o", trace.toString()));
    command.addAll(what);
    only.forEach(path -> command.addAll(List.of("-P", path.toString())));
    command.addAll(List.of("-p", String.valueOf(pid)));
    Process strace =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(words.toFile())
            .start();
    FailingCalls calls = new FailingCalls(strace, trace);
    try {
      Eventually.passes(
          () -> {
            String said = Files.readString(words);
            if (!strace.isAlive() || !said.contains(" attached")) {
              throw new AssertionError("strace has not attached: " + said);
            }
          });
    } catch (AssertionError e) {
      calls.close();
      throw e;
    }
    return calls;
  }

  /**
   * Returns the paths of the next temporary files of the file plugin in some directories: a write
   * is watched, for what they are called in this run.
   */
  static List<Path> nextDrafts(long pid, Path folder, List<Path> directories, Runnable write)
      throws IOException {
    FailingCalls watching =
        attach(pid, folder, List.of("-s", "4096", "-e", "trace=openat"), List.of());
    try (watching) {
      write.run();
    }
    String trace = Files.readString(watching.trace);
    String start = "";
    long last = 0;
    for (Matcher found = DRAFT.matcher(trace); found.find(); ) {
      start = found.group(1);
      last = Math.max(last, Long.parseLong(found.group(2), 36));
    }
    if (start.isEmpty()) {
      throw new IllegalStateException("no temporary file was created: " + trace);
    }
    List<Path> drafts = new ArrayList<>();
    for (Path directory : directories) {
      for (long number = last + 1; number <= last + FILES_AHEAD; number++) {
        drafts.add(directory.resolve(start + Long.toString(number, 36) + ".tmp"));
      }
    }
    return drafts;
  }

  /** Lets all calls succeed again, and returns how many did not. */
  long end() throws IOException {
    close();
    try (Stream<String> lines = Files.lines(trace)) {
      return lines.filter(line -> line.contains("(INJECTED)")).count();
    }
  }

  /** Lets all calls succeed again. Idempotent. */
  @Override
  public void close() {
    strace.destroy(); // which makes it let go of the process
    try {
      if (!strace.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        strace.destroyForcibly();
        throw new IllegalStateException("strace does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      strace.destroyForcibly();
    }
  }
}
