package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Option;
import io.undercroft.spi.Secret;
import io.undercroft.spi.Settings;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the configuration of one storage says.
 *
 * @param url where the database is, without a password; or else a data source is given
 * @param user who connects
 * @param password the user's
 * @param dataSource the JNDI name of a server's data source
 * @param table the table; empty for one that is named after the storage
 * @param schema what to do about the table when the storage opens
 * @param durability when a write is acknowledged
 * @param wal whether SQLite keeps a write-ahead log
 * @param foreignKeys whether SQLite enforces foreign keys
 * @param timeout how long one statement may take, or wait for others
 * @param transactionTimeout how long a transaction may take that says nothing about it
 * @param changesKept how many of the latest changes are kept for those who watch; 0 for none
 * @param pool the pool of connections
 */
record JdbcSettings(
    Optional<String> url,
    Optional<String> user,
    Optional<Secret> password,
    Optional<String> dataSource,
    Optional<String> table,
    SchemaMode schema,
    Durability durability,
    boolean wal,
    boolean foreignKeys,
    Duration timeout,
    Duration transactionTimeout,
    int changesKept,
    Pool pool) {
  /** What to do about the table. */
  enum SchemaMode {
    /** Create it, or bring it to this version. */
    CREATE,
    /** Look whether it is as it must be. */
    VALIDATE,
    /** Take it as it is. */
    NONE
  }

  /** When a write is acknowledged. */
  enum Durability {
    /** When it is on the disk. */
    FULL,
    /** When the engine has it: a crash may take the last writes away. */
    RELAXED
  }

  /**
   * The pool of connections.
   *
   * @param size how many there are at most
   * @param await how long to wait for one
   * @param maxLifetime after how long one is replaced
   * @param idleTimeout after how long one that nobody uses is closed
   */
  record Pool(int size, Duration await, Duration maxLifetime, Duration idleTimeout) {}

  static final Option<String> URL =
      Option.string("url")
          .doc(
              "jdbc:sqlite:…, jdbc:h2:…, jdbc:postgresql://… or jdbc:mariadb://…, without password");
  static final Option<String> USER = Option.string("user").doc("user of the database");
  static final Option<Secret> PASSWORD = Option.secret("password").doc("the user's password");
  static final Option<String> DATA_SOURCE =
      Option.string("datasource")
          .doc("JNDI name of a server's data source, in place of url; joins JTA transactions");
  static final Option<String> DATABASE =
      Option.string("database")
          .doc("path of the SQLite file, or :memory:, which lives as long as the storage is open")
          .required();
  static final Option<String> TABLE =
      Option.string("table")
          .doc("the table; otherwise one named after the storage")
          .check(
              name -> name.matches("[a-z_][a-z0-9_]{0,47}"),
              "must be 1 to 48 of a-z, 0-9 and '_', not starting with a digit")
          .check(
              name -> !name.startsWith("undercroft_"),
              "must not start with 'undercroft_', which is for the plugin itself");
  static final Option<SchemaMode> SCHEMA =
      Option.choice("schema", SchemaMode.class)
          .doc("create the table or bring it to this version, validate it, or none of both")
          .orElse(SchemaMode.CREATE);
  static final Option<Durability> DURABILITY =
      Option.choice("durability", Durability.class)
          .doc(
              "full: a write waits until it is on the disk; relaxed: a crash may take the last"
                  + " writes away, never a table or an index")
          .orElse(Durability.FULL);
  static final Option<Boolean> WAL =
      Option.bool("wal")
          .doc("SQLite: keep a write-ahead log, so that readers do not wait")
          .orElse(true);
  static final Option<Boolean> FOREIGN_KEYS =
      Option.bool("foreign-keys")
          .doc("SQLite: enforce foreign keys, of tables beside the storage's own")
          .orElse(true);
  static final Option<Duration> TIMEOUT =
      Option.duration("timeout")
          .doc(
              "how long one statement may take, or wait for other writers; making an index takes as long as it does")
          .orElse(Duration.ofSeconds(10))
          .atLeast(Duration.ofMillis(10))
          .atMost(Duration.ofHours(1));
  static final Option<Duration> TRANSACTION_TIMEOUT =
      Option.duration("transaction-timeout")
          .doc("how long a transaction may take that sets no timeout of its own")
          .orElse(Duration.ofMinutes(5))
          .atLeast(Duration.ofMillis(10));
  static final Option<Integer> CHANGES_KEPT =
      Option.integer("changes.kept")
          .doc(
              "how many of the latest changes are kept while somebody watches; 0: a watch sees this"
                  + " process only")
          .orElse(10_000)
          .atLeast(0)
          .atMost(1_000_000);
  static final Option<Integer> POOL_SIZE =
      Option.integer("pool.size").doc("most connections at a time").orElse(10).atLeast(1);
  static final Option<Duration> POOL_WAIT =
      Option.duration("pool.wait")
          .doc("how long to wait for a connection")
          .orElse(Duration.ofSeconds(5))
          .atLeast(Duration.ofMillis(250));
  static final Option<Duration> POOL_MAX_LIFETIME =
      Option.duration("pool.max-lifetime")
          .doc("after how long a connection is replaced")
          .orElse(Duration.ofMinutes(30))
          .atLeast(Duration.ofSeconds(30));
  static final Option<Duration> POOL_IDLE_TIMEOUT =
      Option.duration("pool.idle-timeout")
          .doc("after how long a connection that nobody uses is closed")
          .orElse(Duration.ofMinutes(10))
          .atLeast(Duration.ofSeconds(10));

  private static final List<Option<?>> COMMON =
      List.of(
          TABLE,
          SCHEMA,
          DURABILITY,
          WAL,
          FOREIGN_KEYS,
          TIMEOUT,
          TRANSACTION_TIMEOUT,
          CHANGES_KEPT,
          POOL_SIZE,
          POOL_WAIT,
          POOL_MAX_LIFETIME,
          POOL_IDLE_TIMEOUT);
  static final List<Option<?>> JDBC = with(URL, USER, PASSWORD, DATA_SOURCE);
  static final List<Option<?>> SQLITE = with(DATABASE);

  private static final String SQLITE_URL = "jdbc:sqlite:";
  private static final Pattern HOSTS = Pattern.compile("jdbc:[a-z0-9:]+//([^/?]*).*");
  private static final Pattern LOCAL =
      Pattern.compile("(localhost|127(\\.[0-9]+){3}|\\[::1])(:[0-9]*)?");
  private static final Pattern PASSWORD_IN_URL =
      Pattern.compile("(?is).*(password|passwd|pwd|sslpassword)\\s*=.*|jdbc:[a-z0-9:]+//[^/?]*@.*");

  private static List<Option<?>> with(Option<?>... own) {
    List<Option<?>> all = new ArrayList<>(List.of(own));
    all.addAll(COMMON);
    return List.copyOf(all);
  }

  /** Reads the settings of the plugin {@code jdbc}; throws all that is wrong with them at once. */
  static JdbcSettings ofJdbc(Settings settings) {
    JdbcSettings jdbc =
        of(
            settings,
            settings.find(URL),
            settings.find(USER),
            settings.find(PASSWORD),
            settings.find(DATA_SOURCE));
    jdbc.refuseContradictions();
    return jdbc;
  }

  /** Reads the settings of the plugin {@code sqlite}. */
  static JdbcSettings ofSqlite(Settings settings) {
    return of(
        settings,
        Optional.of(SQLITE_URL + settings.get(DATABASE)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static JdbcSettings of(
      Settings settings,
      Optional<String> url,
      Optional<String> user,
      Optional<Secret> password,
      Optional<String> dataSource) {
    return new JdbcSettings(
        url,
        user,
        password,
        dataSource,
        settings.find(TABLE),
        settings.get(SCHEMA),
        settings.get(DURABILITY),
        settings.get(WAL),
        settings.get(FOREIGN_KEYS),
        settings.get(TIMEOUT),
        settings.get(TRANSACTION_TIMEOUT),
        settings.get(CHANGES_KEPT),
        new Pool(
            settings.get(POOL_SIZE),
            settings.get(POOL_WAIT),
            settings.get(POOL_MAX_LIFETIME),
            settings.get(POOL_IDLE_TIMEOUT)));
  }

  private void refuseContradictions() {
    List<String> problems = new ArrayList<>();
    if (url.isEmpty() && dataSource.isEmpty()) {
      problems.add("neither 'url' nor 'datasource' says where the database is; set one of them");
    }
    if (url.isPresent() && dataSource.isPresent()) {
      problems.add("'url' and 'datasource' both say where the database is; remove one of them");
    }
    if (dataSource.isPresent() && (user.isPresent() || password.isPresent())) {
      problems.add("'datasource' has its own user and password; remove 'user' and 'password'");
    }
    if (password.isPresent() && user.isEmpty() && dataSource.isEmpty()) {
      problems.add("'password' is set and 'user' is not; set both or none");
    }
    url.filter(text -> !text.startsWith("jdbc:"))
        .ifPresent(text -> problems.add("'url' must start with jdbc:, such as jdbc:h2:./data"));
    url.filter(text -> PASSWORD_IN_URL.matcher(text).matches())
        .ifPresent(
            text ->
                problems.add(
                    "'url' holds a password, which is not masked there; use the option 'password'"));
    dataSource
        .filter(name -> !name.startsWith("java:"))
        .ifPresent(
            name ->
                problems.add(
                    "'datasource' must start with java:, such as java:comp/env/jdbc/rooms, but is "
                        + StorageException.quote(name)));
    if (!problems.isEmpty()) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          problems.size() == 1
              ? problems.get(0)
              : problems.size() + " problems\n  - " + String.join("\n  - ", problems));
    }
  }

  boolean isDurable() {
    return durability == Durability.FULL;
  }

  /** Returns whether this is an SQLite database that lives as long as it is open. */
  boolean isSqliteMemory() {
    return url.map(text -> text.equals(SQLITE_URL) || text.equals(SQLITE_URL + ":memory:"))
        .orElse(false);
  }

  /**
   * Returns whether the database is on another machine and the URL does not say how to be sure that
   * it is the right one.
   */
  boolean isRemote() {
    if (url.isEmpty() || url.get().toLowerCase(Locale.ROOT).contains("sslmode=")) {
      return false;
    }
    Matcher hosts = HOSTS.matcher(url.get());
    if (!hosts.matches()) {
      return false;
    }
    for (String host : hosts.group(1).split(",", -1)) {
      if (!host.isEmpty() && !LOCAL.matcher(host).matches()) {
        return true;
      }
    }
    return false;
  }

  /** Returns the name of the table of this storage. */
  String tableOf(String storage) {
    return table.orElseGet(() -> Names.table(storage));
  }

  /** Returns what two storages must not share, where the settings alone say it. */
  Optional<String> exclusive() {
    return table.flatMap(
        name ->
            isSqliteMemory()
                ? Optional.empty()
                : dataSource
                    .or(() -> url.map(text -> text.replaceAll("[?;].*", "")))
                    .map(where -> "table:" + where + "#" + name));
  }
}
