package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ThreadInfo;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an archive leaves behind in a server that goes on: nothing, as the server's JMX tells. */
@ExtendWith(ArquillianExtension.class)
@EnabledIfSystemProperty(named = "arquillian.launch", matches = "wildfly")
class RedeployIT {
  private static final int REDEPLOYS = Integer.getInteger("redeploys", 5);

  /**
   * The server itself keeps two or three of an archive, however many there were: as its heap tells,
   * Weld the bean manager of the last application that has an extension of the kind of CDI Lite
   * ({@code BuildServicesImpl.ANN_FACTORY_IMPL_INSTANCE}, Weld 5.1.6), and each idle worker thread
   * the last request that it has done. What leaks stays after every redeployment.
   */
  private static final long KEPT_BY_THE_SERVER = 3;

  /** Its pools may have a few threads more or less at any time. */
  private static final int OF_THE_SERVER = 10;

  @Deployment(name = "night", managed = false, testable = false)
  static Archive<?> night() {
    return Archives.night();
  }

  @Deployment(name = "together", managed = false, testable = false)
  static Archive<?> together() {
    return EarIT.ear();
  }

  @ParameterizedTest
  @CsvSource({"night, deployment.movie-night.war", "together, deployment.together.ear"})
  void neitherLoadersNorThreadsStay(
      String name, String module, @ArquillianResource Deployer deployer) throws Exception {
    try (JMXConnector jmx = connect()) {
      MBeanServerConnection server = jmx.getMBeanServerConnection();
      useOnce(name, deployer); // what the server itself keeps is there then
      useOnce(name, deployer);
      List<String> threads = threads(server);
      int classes = classes(server);
      System.out.printf("before: %d threads, %d classes%n", threads.size(), classes);
      for (int i = 0; i < REDEPLOYS; i++) {
        useOnce(name, deployer);
      }
      long stay = loaders(server, module);
      System.out.printf("after %d redeployments: %d loaders%n", REDEPLOYS, stay);
      assertThat(stay).as("loaders that stay").isBetween(1L, KEPT_BY_THE_SERVER);
      List<String> more = threads(server);
      System.out.printf("and %d threads, %d classes%n", more.size(), classes(server));
      assertThat(more).as("threads").hasSizeLessThanOrEqualTo(threads.size() + OF_THE_SERVER);
      assertThat(Set.copyOf(more)).as("kinds of threads").isSubsetOf(threads);
      assertThat(more).as("ours").noneMatch(thread -> thread.startsWith("undercroft"));
    }
  }

  private static void useOnce(String name, Deployer deployer) throws Exception {
    deployer.deploy(name);
    if (name.equals("night")) {
      useNight(() -> deployer.undeploy(name));
    } else {
      useBoth();
      deployer.undeploy(name);
    }
  }

  /** Writes, and leaves a browser listening, so that a watch is running when the archive goes. */
  private static void useNight(Runnable undeploy) {
    Caller caller = Caller.at("movie-night");
    assertThat(caller.post("rooms", "{\"name\":\"Friday\",\"host\":\"Ann\"}").statusCode())
        .isEqualTo(201);
    Stream<String> events = caller.events("rooms/friday/events");
    assertThat(
            caller
                .put("rooms/friday/ratings", "{\"film\":\"Heat\",\"by\":\"Ann\",\"stars\":5}")
                .statusCode())
        .isEqualTo(204);
    undeploy.run();
    events.close();
  }

  /** Writes in one archive, and leaves the other watching. */
  private static void useBoth() {
    assertThat(Caller.at("together-second").post("heard").statusCode()).isEqualTo(204);
    assertThat(Caller.at("together-first").put("memory/x", Rooms.json("Friday")).statusCode())
        .isEqualTo(204);
  }

  @SuppressWarnings("BanJNDI") // a server that this test has started, on the loopback interface
  private static JMXConnector connect() throws IOException {
    Path client =
        Path.of(System.getProperty("server.home"), "bin", "client", "jboss-client.jar")
            .toAbsolutePath();
    ClassLoader protocols =
        new URLClassLoader(new URL[] {client.toUri().toURL()}, RedeployIT.class.getClassLoader());
    return JMXConnectorFactory.connect(
        new JMXServiceURL(
            "service:jmx:remote+http://127.0.0.1:" + System.getProperty("server.port.admin")),
        Map.of(JMXConnectorFactory.PROTOCOL_PROVIDER_CLASS_LOADER, protocols));
  }

  /**
   * Returns how many loaders have our classes after the memory was cleared, when they are as few as
   * they should be, or after two minutes: the server remembers a connection's last request for one.
   */
  private static long loaders(MBeanServerConnection server, String module) throws Exception {
    long found = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 120 && found > KEPT_BY_THE_SERVER; attempt++) {
      server.invoke(new ObjectName("java.lang:type=Memory"), "gc", null, null);
      String loaders =
          (String)
              server.invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "vmClassloaders",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
      found = loaders.lines().filter(line -> line.contains("\"" + module + "\"")).count();
      Thread.sleep(1_000);
    }
    return found;
  }

  /** Returns what the threads are called, without numbers. */
  private static List<String> threads(MBeanServerConnection server) throws Exception {
    CompositeData[] all =
        (CompositeData[])
            server.invoke(
                new ObjectName("java.lang:type=Threading"),
                "dumpAllThreads",
                new Object[] {false, false},
                new String[] {boolean.class.getName(), boolean.class.getName()});
    return Stream.of(all)
        .map(ThreadInfo::from)
        .map(ThreadInfo::getThreadName)
        .map(name -> name.replaceAll("[0-9]+", "#"))
        .toList();
  }

  private static int classes(MBeanServerConnection server) throws Exception {
    return (Integer)
        server.getAttribute(new ObjectName("java.lang:type=ClassLoading"), "LoadedClassCount");
  }
}
