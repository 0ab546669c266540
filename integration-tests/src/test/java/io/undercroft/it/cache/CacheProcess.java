package io.undercroft.it.cache;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A part of a {@link CacheOracle} in a process of its own. It opens, says so, waits for a line,
 * operates, and tells its history. Where {@code System.nanoTime} counts from the start of the
 * machine, as on Linux, the moments of two processes may be compared.
 */
final class CacheProcess implements AutoCloseable {
  private static final String SETTING = "setting.";
  private static final String CACHE = "cache.";
  private static final String READY = "ready";
  private static final String REFUSED = "refused ";

  private final Process process;
  private final BufferedReader from;
  private final Path plan;

  private CacheProcess(Process process, Path plan) {
    this.process = process;
    this.from = process.inputReader(StandardCharsets.UTF_8);
    this.plan = plan;
  }

  /** Starts one, and returns when it has opened its storages. */
  static CacheProcess start(CacheOracle.Plan plan, int number) throws IOException {
    Path file = Files.createTempFile("undercroft-cache", ".properties");
    write(plan, file);
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            CacheProcess.class.getName(),
            file.toString(),
            Integer.toString(number));
    builder.environment().keySet().removeIf(name -> name.startsWith("STORAGE"));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    CacheProcess started = new CacheProcess(builder.start(), file);
    started.expect(READY);
    return started;
  }

  private void expect(String line) throws IOException {
    String said = from.readLine();
    if (!line.equals(said)) {
      close();
      throw new IOException("the other process said '" + said + "' instead of '" + line + "'");
    }
  }

  /** Lets it operate. */
  void begin() throws IOException {
    try (OutputStream to = process.getOutputStream()) {
      to.write('\n');
    }
  }

  /** Waits for its end and takes its history; returns how many operations failed for a while. */
  long end(History history) throws IOException, InterruptedException {
    long refused = -1;
    for (String line = from.readLine(); line != null; line = from.readLine()) {
      if (line.startsWith(REFUSED)) {
        refused = Long.parseLong(line.substring(REFUSED.length()));
      } else {
        history.take(line);
      }
    }
    if (process.waitFor() != 0 || refused < 0) {
      throw new IOException("the other process failed with status " + process.exitValue());
    }
    return refused;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(30, TimeUnit.SECONDS);
      Files.deleteIfExists(plan);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      System.err.println("left behind: " + plan + ": " + e);
    }
  }

  private static void write(CacheOracle.Plan plan, Path file) throws IOException {
    Properties all = new Properties();
    plan.settings().forEach((name, text) -> all.setProperty(SETTING + name, text));
    plan.cache().forEach((name, text) -> all.setProperty(CACHE + name, text));
    all.setProperty("layer", plan.layer());
    all.setProperty("runtimes", Integer.toString(plan.runtimes()));
    all.setProperty("processes", Integer.toString(plan.processes()));
    all.setProperty("behind", plan.behind().toString());
    all.setProperty("operations", Long.toString(plan.operations()));
    all.setProperty("seed", Long.toString(plan.seed()));
    try (OutputStream out = Files.newOutputStream(file)) {
      all.store(out, null);
    }
  }

  private static CacheOracle.Plan read(Path file) throws IOException {
    Properties all = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      all.load(in);
    }
    return new CacheOracle.Plan(
        below(all, SETTING),
        below(all, CACHE),
        all.getProperty("layer"),
        Integer.parseInt(all.getProperty("runtimes")),
        Integer.parseInt(all.getProperty("processes")),
        Duration.parse(all.getProperty("behind")),
        Long.parseLong(all.getProperty("operations")),
        Long.parseLong(all.getProperty("seed")));
  }

  private static Map<String, String> below(Properties all, String prefix) {
    Map<String, String> some = new HashMap<>();
    for (String name : all.stringPropertyNames()) {
      if (name.startsWith(prefix)) {
        some.put(name.substring(prefix.length()), all.getProperty(name));
      }
    }
    return some;
  }

  /** The process itself: the plan's file and its number. */
  @SuppressWarnings("try") // it is open, that is all
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    CacheOracle oracle = new CacheOracle(read(Path.of(args[0])), Integer.parseInt(args[1]));
    try (CacheOracle.Opened opened = oracle.open()) {
      out.println(READY);
      out.flush();
      if (System.in.read() < 0) {
        return; // nobody waits for it any more
      }
      oracle.operate();
    }
    oracle.history().lines().forEach(out::println);
    out.println(REFUSED + oracle.refused());
    out.flush();
  }
}
