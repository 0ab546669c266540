package io.undercroft.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the configuration of a storage may say, and how it is refused otherwise. */
class SettingsTest {
  private static StorageException refused(String... settings) {
    try (Given given = new Given()) {
      return org.assertj.core.api.Assertions.catchThrowableOfType(
          StorageException.class, () -> given.open(new JdbcPlugin(), settings));
    }
  }

  @Test
  void everyContradictionIsSaidAtOnce() {
    StorageException refused =
        refused(
            "url", "postgres://db?password=tulip",
            "datasource", "jdbc/rooms",
            "password", "hyacinth");
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
    assertThat(refused.getMessage())
        .contains("5 problems")
        .contains("'url' and 'datasource' both")
        .contains("must start with jdbc:")
        .contains("must start with java:")
        .contains("holds a password")
        .contains("has its own user and password")
        .doesNotContain("tulip")
        .doesNotContain("hyacinth");
  }

  @Test
  void withoutAPlaceThereIsNoStorage() {
    StorageException refused = refused();
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
    assertThat(refused.getMessage()).contains("neither 'url' nor 'datasource'");
  }

  @Test
  void aPasswordNeedsAUser() {
    assertThat(refused("url", "jdbc:h2:mem:x", "password", "tulip").getMessage())
        .contains("'user' is not")
        .doesNotContain("tulip");
  }

  @Test
  void anEngineThatIsNotKnownIsRefusedWithThoseThatAre() {
    StorageException refused = refused("url", "jdbc:oracle:thin:@//db:1521/x");
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
    for (String url : List.of("jdbc:db2://db/x", "jdbc:", "jdbc:nonsense")) {
      assertThat(refused("url", url).getMessage())
          .contains("jdbc:sqlite:, jdbc:h2:, jdbc:postgresql: and jdbc:mariadb:");
    }
  }

  @Test
  void aDatabaseThatIsNotThereIsSaidAtOpening(@TempDir Path temp) {
    StorageException refused =
        refused(
            "url",
            "jdbc:postgresql://127.0.0.1:1/x",
            "user",
            "me",
            "password",
            "tulip",
            "timeout",
            "1s");
    assertThat(refused.code()).isEqualTo(ErrorCode.CONNECTION_FAILED);
    assertThat(refused.getMessage()).doesNotContain("tulip");
    try (Given given = new Given()) {
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(
              () ->
                  given.open(
                      new SqlitePlugin(), "database", temp.resolve("no/such/folder").toString()))
          .extracting(StorageException::code)
          .isEqualTo(ErrorCode.CONNECTION_FAILED);
    }
  }

  @Test
  void aTableIsNamedInPlainLettersOnly() {
    for (String name :
        List.of("", "Rooms", "a-b", "1a", "a b", "a;b", "a\"b", "undercroft_x", "x".repeat(49))) {
      assertThatIllegalArgumentException().isThrownBy(() -> JdbcSettings.TABLE.parse(name));
    }
    assertThat(JdbcSettings.TABLE.parse("_rooms_2")).isEqualTo("_rooms_2");
  }

  @Test
  void aTableIsNamedAfterItsStorage() {
    assertThat(Names.table("rooms")).isEqualTo("rooms");
    assertThat(Names.table("Movie-Rooms_2")).isEqualTo("movie_rooms_2");
    String one = Names.table("x".repeat(63) + "1");
    String two = Names.table("x".repeat(63) + "2");
    assertThat(one).isNotEqualTo(two).hasSizeLessThanOrEqualTo(48);
    assertThat(Names.table("undercroft_tables")).doesNotStartWith("undercroft_");
  }

  @Test
  void aDatabaseElsewhereIsAskedForItsCertificate() {
    for (String url :
        List.of(
            "jdbc:postgresql://db.example.org/x",
            "jdbc:postgresql://localhost,db.example.org:5432/x",
            "jdbc:mariadb://10.0.0.1:3306/x")) {
      assertThat(remote(url)).as(url).isTrue();
    }
    for (String url :
        List.of(
            "jdbc:postgresql://localhost/x",
            "jdbc:postgresql://127.0.0.1:5432/x",
            "jdbc:postgresql://[::1]:5432/x",
            "jdbc:postgresql:x",
            "jdbc:postgresql://db.example.org/x?sslmode=require",
            "jdbc:mariadb://db.example.org/x?sslMode=trust",
            "jdbc:h2:./x")) {
      assertThat(remote(url)).as(url).isFalse();
    }
  }

  private static boolean remote(String url) {
    return JdbcSettings.ofJdbc(Given.settings(new JdbcPlugin(), "url", url)).isRemote();
  }

  @Test
  void twoStoragesThatNameOneTableAreToldOf() {
    JdbcPlugin plugin = new JdbcPlugin();
    assertThat(
            plugin.exclusiveResources(
                Given.settings(plugin, "url", "jdbc:h2:./x;A=B", "table", "rooms")))
        .containsExactly("table:jdbc:h2:./x#rooms");
    assertThat(plugin.exclusiveResources(Given.settings(plugin, "url", "jdbc:h2:./x"))).isEmpty();
    assertThat(plugin.exclusiveResources(Given.settings(plugin))).isEmpty();
  }
}
