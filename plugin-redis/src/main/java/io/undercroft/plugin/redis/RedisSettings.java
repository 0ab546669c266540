package io.undercroft.plugin.redis;

import io.undercroft.spi.Option;
import io.undercroft.spi.Secret;
import io.undercroft.spi.Settings;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the configuration of one storage says.
 *
 * @param servers where the server listens, or, with the name of a primary, the Sentinels, or some
 *     nodes of a cluster
 * @param cluster whether it is a cluster
 * @param parts into how many parts a new storage is divided, if that is said
 * @param partCommits whether commits within one part are offered where there are several
 * @param primary the name by which Sentinels know the primary
 * @param replicas how many replicas the primary should have, if that is said
 * @param confirm what the levels of a cluster wait for
 * @param reads where reads at the level {@code ONE} come from
 * @param login how to log in
 * @param sentinelLogin how to log in at the Sentinels
 * @param tls whether the connection is encrypted; the server's certificate is always verified
 * @param authorities a file of certificates to trust instead of the platform's
 * @param database the number of the database
 * @param clientName what the server calls the connections
 * @param namespace what every key of ours begins with
 * @param connectTimeout how long to wait for a connection
 * @param timeout how long to wait for the answer to a command
 * @param pool how many connections are kept
 * @param sweepInterval how often what has expired is removed
 * @param changesKept how many changes the log keeps; 0 for no log
 * @param changeValueBytes the largest value that the log carries
 */
record RedisSettings(
    List<Place> servers,
    boolean cluster,
    Optional<Integer> parts,
    boolean partCommits,
    Optional<String> primary,
    Optional<Integer> replicas,
    Confirm confirm,
    Reads reads,
    Login login,
    Login sentinelLogin,
    boolean tls,
    Optional<Path> authorities,
    int database,
    String clientName,
    String namespace,
    Duration connectTimeout,
    Duration timeout,
    Pool pool,
    Duration sweepInterval,
    long changesKept,
    long changeValueBytes) {
  private static final int PORT = 6379;
  private static final int SENTINEL_PORT = 26_379;
  private static final Pattern HOST = Pattern.compile("([^:\\s]+|\\[[0-9a-fA-F:.]+])(:([0-9]+))?");

  /** A host and a port. */
  record Place(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** A user of the server's access list, and the password. */
  record Login(Optional<Secret> user, Optional<Secret> password) {
    static final Login NONE = new Login(Optional.empty(), Optional.empty());
  }

  /**
   * The connections that are kept.
   *
   * @param max the most at one time
   * @param minIdle how many are kept open for the next caller
   * @param maxIdle how many unused ones are kept at most
   * @param maxWait how long to wait for one when all are in use
   * @param idleTime how long an unused one beyond {@code minIdle} is kept
   * @param evictionInterval how often to look at the unused ones
   * @param testWhileIdle whether to look whether they still answer
   */
  record Pool(
      int max,
      int minIdle,
      int maxIdle,
      Duration maxWait,
      Duration idleTime,
      Duration evictionInterval,
      boolean testWhileIdle) {}

  static final Option<URI> SERVER =
      Option.uri("uri")
          .doc("redis://[user:password@]host[:port][/database]; rediss:// for TLS")
          .check(
              uri -> "redis".equals(scheme(uri)) || "rediss".equals(scheme(uri)),
              "must start with redis:// or rediss://")
          .check(uri -> uri.getHost() != null, "must name a host")
          .check(
              uri -> database(uri).isPresent(),
              "must end after the port, or in /DATABASE, a number")
          .check(
              uri -> uri.getQuery() == null && uri.getFragment() == null,
              "must have neither ? nor #; everything else is an option of its own");
  static final Option<List<String>> HOSTS =
      Option.list("hosts")
          .doc(
              "host:port of the server; with sentinel.primary of each Sentinel; with cluster of"
                  + " nodes to begin with")
          .check(
              hosts -> hosts.stream().allMatch(host -> place(host, PORT).isPresent()),
              "must be host:port, with a port from 1 to 65535");
  static final Option<Secret> USER =
      Option.secret("user").doc("user of the server's access list; without it the default user");
  static final Option<Secret> PASSWORD = Option.secret("password").doc("password of the user");
  static final Option<String> PRIMARY =
      Option.string("sentinel.primary")
          .doc("name by which the Sentinels in hosts know the primary; it is found through them")
          .check(
              name -> name.chars().allMatch(c -> c > ' ' && c <= '~'),
              "must be printable ASCII without blanks");
  static final Option<Boolean> CLUSTER =
      Option.bool("cluster")
          .doc("uri or hosts name nodes of a cluster; one that answers tells of the others")
          .orElse(false);
  static final Option<Integer> PARTS =
      Option.integer("parts")
          .doc(
              "into how many parts a new storage is divided, to lie on several nodes of a cluster;"
                  + " without it one, or as many as it was made with")
          .atLeast(1)
          .atMost(256);
  static final Option<Boolean> PART_COMMITS =
      Option.bool("parts.commit")
          .doc("offer commits where there are several parts; one across parts is refused")
          .orElse(false);
  static final Option<Integer> REPLICAS =
      Option.integer("replicas")
          .doc(
              "how many replicas the primary should have; without it as many as Sentinels know, or"
                  + " as were connected at one time")
          .atLeast(1)
          .atMost(1_000);
  static final Option<Confirm> CONFIRM =
      Option.choice("confirm", Confirm.class)
          .doc(
              "what levels wait for: that replicas have a write in memory, or that it is on the"
                  + " disks of primary and replicas (WAITAOF: Redis 7.2 or newer, appendonly yes)")
          .orElse(Confirm.MEMORY);
  static final Option<Reads> READS =
      Option.choice("reads", Reads.class)
          .doc(
              "where entries are read from at the level ONE: the primary, or a replica, which may"
                  + " be seconds behind")
          .orElse(Reads.PRIMARY);
  static final Option<Secret> SENTINEL_USER =
      Option.secret("sentinel.user").doc("user of the Sentinels' access list");
  static final Option<Secret> SENTINEL_PASSWORD =
      Option.secret("sentinel.password").doc("password at the Sentinels");
  static final Option<Boolean> TLS =
      Option.bool("tls")
          .doc(
              "encrypt the connection and verify the server's certificate; rediss:// says the same");
  static final Option<Path> AUTHORITIES =
      Option.path("tls.authorities")
          .doc("PEM file of the certificates to trust, instead of those of the Java platform");
  static final Option<Integer> DATABASE =
      Option.integer("database")
          .doc("number of the database; otherwise that of the uri, or 0")
          .atLeast(0);
  static final Option<String> CLIENT_NAME =
      Option.string("client-name")
          .doc("what the server calls the connections")
          .orElse("undercroft")
          .check(
              name -> name.chars().allMatch(c -> c > ' ' && c <= '~'),
              "must be printable ASCII without blanks");
  static final Option<String> NAMESPACE =
      Option.string("namespace")
          .doc("what every key of ours in the server begins with")
          .orElse("undercroft")
          .check(
              name -> name.matches("[A-Za-z0-9._:/-]{1,100}"),
              "must be 1 to 100 of letters, digits and . _ : / -");
  static final Option<Duration> CONNECT_TIMEOUT =
      Option.duration("connect-timeout")
          .doc("how long to wait for a connection")
          .orElse(Duration.ofSeconds(2))
          .atLeast(Duration.ofMillis(1))
          .atMost(Duration.ofHours(1));
  static final Option<Duration> TIMEOUT =
      Option.duration("timeout")
          .doc("how long to wait for the answer to a command")
          .orElse(Duration.ofSeconds(2))
          .atLeast(Duration.ofMillis(1))
          .atMost(Duration.ofHours(1));
  static final Option<Integer> POOL_MAX =
      Option.integer("pool.max").doc("most connections at one time").orElse(16).atLeast(1);
  static final Option<Integer> POOL_MIN_IDLE =
      Option.integer("pool.min-idle")
          .doc("connections kept open for the next caller")
          .orElse(1)
          .atLeast(0);
  static final Option<Integer> POOL_MAX_IDLE =
      Option.integer("pool.max-idle")
          .doc("most unused connections that are kept; without it all")
          .atLeast(0);
  static final Option<Duration> POOL_MAX_WAIT =
      Option.duration("pool.max-wait")
          .doc("how long to wait for a connection when all are in use")
          .orElse(Duration.ofSeconds(2))
          .atLeast(Duration.ZERO)
          .atMost(Duration.ofHours(1));
  static final Option<Duration> POOL_IDLE_TIME =
      Option.duration("pool.idle-time")
          .doc("how long an unused connection is kept")
          .orElse(Duration.ofMinutes(1))
          .atLeast(Duration.ofMillis(1));
  static final Option<Duration> POOL_EVICTION_INTERVAL =
      Option.duration("pool.eviction-interval")
          .doc("how often to look at the unused connections")
          .orElse(Duration.ofSeconds(30))
          .atLeast(Duration.ofMillis(10));
  static final Option<Boolean> POOL_TEST_WHILE_IDLE =
      Option.bool("pool.test-while-idle")
          .doc("look whether unused connections still answer")
          .orElse(true);
  static final Option<Duration> SWEEP_INTERVAL =
      Option.duration("sweep-interval")
          .doc("how often to remove what has expired, which nobody sees any more in any case")
          .orElse(Duration.ofSeconds(10))
          .atLeast(Duration.ofMillis(10));
  static final Option<Long> CHANGES_KEPT =
      Option.longs("changes.kept")
          .doc("how many of the latest changes the server keeps for watches; 0 for none")
          .orElse(10_000L)
          .atLeast(0L)
          .atMost(1_000_000_000L);
  static final Option<Long> CHANGE_VALUE_BYTES =
      Option.bytes("changes.value-bytes")
          .doc("largest value that is kept with a change; a larger one is read when it is told")
          .orElse(16L << 10)
          .atLeast(0L)
          .atMost(64L << 20);

  static final List<Option<?>> ALL =
      List.of(
          SERVER,
          HOSTS,
          USER,
          PASSWORD,
          PRIMARY,
          CLUSTER,
          PARTS,
          PART_COMMITS,
          REPLICAS,
          CONFIRM,
          READS,
          SENTINEL_USER,
          SENTINEL_PASSWORD,
          TLS,
          AUTHORITIES,
          DATABASE,
          CLIENT_NAME,
          NAMESPACE,
          CONNECT_TIMEOUT,
          TIMEOUT,
          POOL_MAX,
          POOL_MIN_IDLE,
          POOL_MAX_IDLE,
          POOL_MAX_WAIT,
          POOL_IDLE_TIME,
          POOL_EVICTION_INTERVAL,
          POOL_TEST_WHILE_IDLE,
          SWEEP_INTERVAL,
          CHANGES_KEPT,
          CHANGE_VALUE_BYTES);

  /**
   * Reads the settings.
   *
   * @throws StorageException INVALID_CONFIG with everything that does not fit together
   */
  static RedisSettings of(Settings settings) {
    List<String> problems = new ArrayList<>();
    Optional<URI> uri = settings.find(SERVER);
    List<String> hosts = settings.find(HOSTS).orElse(List.of());
    Optional<String> primary = settings.find(PRIMARY);
    boolean cluster = settings.get(CLUSTER);
    where(uri, hosts, primary, cluster, problems);
    Login sentinelLogin = new Login(settings.find(SENTINEL_USER), settings.find(SENTINEL_PASSWORD));
    if (primary.isEmpty() && !sentinelLogin.equals(Login.NONE)) {
      problems.add("sentinel.password: means nothing without sentinel.primary");
    }
    Optional<String> userInfo = uri.map(URI::getUserInfo);
    Login inUri = userInfo.map(RedisSettings::login).orElse(Login.NONE);
    if (inUri.password().isPresent() && settings.find(PASSWORD).isPresent()) {
      problems.add("password: there is one in uri too; leave one of them out");
    }
    if (inUri.user().isPresent() && settings.find(USER).isPresent()) {
      problems.add("user: there is one in uri too; leave one of them out");
    }
    Login login =
        new Login(settings.find(USER).or(inUri::user), settings.find(PASSWORD).or(inUri::password));
    if (login.user().isPresent() && login.password().isEmpty()) {
      problems.add("password: not set, although user is");
    }
    Optional<Integer> inPath = uri.filter(u -> !isRoot(u)).flatMap(RedisSettings::database);
    Optional<Integer> database = settings.find(DATABASE);
    if (inPath.isPresent() && database.isPresent() && !inPath.equals(database)) {
      problems.add(
          "database: is "
              + database.get()
              + ", but uri ends in /"
              + inPath.get()
              + "; say it once");
    }
    boolean secure = uri.isPresent() && "rediss".equals(scheme(uri.get()));
    boolean tls = settings.find(TLS).orElse(secure);
    if (secure && !tls) {
      problems.add("tls: is false, but uri starts with rediss://; say it once");
    }
    if (!tls && settings.find(AUTHORITIES).isPresent()) {
      problems.add("tls.authorities: means nothing without tls; set tls=true, or remove it");
    }
    if (cluster && primary.isPresent()) {
      problems.add("sentinel.primary: a cluster has no Sentinels; leave it or cluster out");
    }
    if (cluster && database.or(() -> inPath).orElse(0) != 0) {
      problems.add("database: a cluster has only 0");
    }
    if (!cluster && (settings.find(PARTS).isPresent() || settings.get(PART_COMMITS))) {
      problems.add("parts: means nothing without cluster=true");
    }
    Pool pool = pool(settings, problems);
    if (!problems.isEmpty()) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          problems.size()
              + (problems.size() == 1 ? " problem" : " problems")
              + "\n  - "
              + String.join("\n  - ", problems));
    }
    return new RedisSettings(
        uri.map(u -> List.of(new Place(u.getHost(), u.getPort() < 0 ? PORT : u.getPort())))
            .orElseGet(() -> places(hosts, primary.isPresent() ? SENTINEL_PORT : PORT)),
        cluster,
        settings.find(PARTS),
        settings.get(PART_COMMITS),
        primary,
        settings.find(REPLICAS),
        settings.get(CONFIRM),
        settings.get(READS),
        login,
        sentinelLogin,
        tls,
        settings.find(AUTHORITIES),
        database.or(() -> inPath).orElse(0),
        settings.get(CLIENT_NAME),
        settings.get(NAMESPACE),
        settings.get(CONNECT_TIMEOUT),
        settings.get(TIMEOUT),
        pool,
        settings.get(SWEEP_INTERVAL),
        settings.get(CHANGES_KEPT),
        settings.get(CHANGE_VALUE_BYTES));
  }

  private static void where(
      Optional<URI> uri,
      List<String> hosts,
      Optional<String> primary,
      boolean cluster,
      List<String> problems) {
    if (uri.isPresent() && !hosts.isEmpty()) {
      problems.add("hosts: uri names a server too; leave one of them out");
    } else if (uri.isEmpty() && hosts.isEmpty() && primary.isEmpty()) {
      problems.add("uri: not set; name the server, such as redis://localhost:6379/0");
    } else if (hosts.isEmpty() && primary.isPresent()) {
      problems.add("hosts: not set; name the Sentinels that know '" + primary.get() + "'");
    } else if (hosts.size() > 1 && primary.isEmpty() && !cluster) {
      problems.add(
          "hosts: names "
              + hosts.size()
              + " servers; if they are Sentinels set sentinel.primary, if they are nodes of a"
              + " cluster cluster=true");
    }
  }

  /** Returns the same for one server of those. */
  RedisSettings at(String host, int port) {
    return new RedisSettings(
        List.of(new Place(host, port)),
        cluster,
        parts,
        partCommits,
        Optional.empty(),
        replicas,
        confirm,
        reads,
        login,
        sentinelLogin,
        tls,
        authorities,
        database,
        clientName,
        namespace,
        connectTimeout,
        timeout,
        pool,
        sweepInterval,
        changesKept,
        changeValueBytes);
  }

  /** Returns how to call the server in a message. */
  String address() {
    String places = servers.stream().map(Place::toString).collect(Collectors.joining(", "));
    return primary.map(name -> name + " (Sentinels " + places + ")").orElse(places);
  }

  private static Pool pool(Settings settings, List<String> problems) {
    int max = settings.get(POOL_MAX);
    int minIdle = settings.get(POOL_MIN_IDLE);
    int maxIdle = settings.find(POOL_MAX_IDLE).orElse(max);
    if (minIdle > max) {
      problems.add("pool.min-idle: is " + minIdle + ", more than pool.max=" + max);
    } else if (minIdle > maxIdle) {
      problems.add("pool.min-idle: is " + minIdle + ", more than pool.max-idle=" + maxIdle);
    }
    if (maxIdle > max) {
      problems.add("pool.max-idle: is " + maxIdle + ", more than pool.max=" + max);
    }
    return new Pool(
        max,
        minIdle,
        maxIdle,
        settings.get(POOL_MAX_WAIT),
        settings.get(POOL_IDLE_TIME),
        settings.get(POOL_EVICTION_INTERVAL),
        settings.get(POOL_TEST_WHILE_IDLE));
  }

  private static Login login(String userInfo) {
    int colon = userInfo.indexOf(':');
    String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
    return new Login(
        user.isEmpty() ? Optional.empty() : Optional.of(new Secret(user)),
        colon < 0 ? Optional.empty() : Optional.of(new Secret(userInfo.substring(colon + 1))));
  }

  private static String scheme(URI uri) {
    return uri.getScheme().toLowerCase(Locale.ROOT);
  }

  private static boolean isRoot(URI uri) {
    return uri.getPath() == null || uri.getPath().isEmpty() || uri.getPath().equals("/");
  }

  private static Optional<Integer> database(URI uri) {
    if (isRoot(uri)) {
      return Optional.of(0);
    }
    String path = uri.getPath();
    return path.matches("/[0-9]{1,9}")
        ? Optional.of(Integer.valueOf(path.substring(1)))
        : Optional.empty();
  }

  private static List<Place> places(List<String> hosts, int port) {
    return hosts.stream().map(host -> place(host, port).orElseThrow()).toList();
  }

  private static Optional<Place> place(String host, int otherwise) {
    Matcher parts = HOST.matcher(host);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String number = parts.group(3);
    int port = number == null ? otherwise : number.length() > 5 ? 0 : Integer.parseInt(number);
    return port < 1 || port > 65_535
        ? Optional.empty()
        : Optional.of(new Place(parts.group(1).replaceAll("[\\[\\]]", ""), port));
  }
}
