package io.undercroft.plugin.jdbc;

import java.util.stream.Stream;

/** Groups that MariaDB makes. */
class MariaDbGroupsTest extends GroupsTest {
  static Stream<QueriesTest.Engine> engines() {
    return Stream.of(QueriesTest.Engine.MARIADB);
  }

  @Override
  Given.Store open(QueriesTest.Engine engine) {
    return given.open(new JdbcPlugin(), "url", MariaDbServer.get().freshDatabase(temp));
  }
}
