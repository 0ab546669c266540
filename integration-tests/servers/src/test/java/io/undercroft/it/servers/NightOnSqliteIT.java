package io.undercroft.it.servers;

import java.io.IOException;
import java.net.URL;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The example, the same classes and libraries, on a data source that the server makes as the
 * archive says, with the driver that the archive brings.
 */
@ExtendWith(ArquillianExtension.class)
@DisabledIfSystemProperty(
    named = "arquillian.launch",
    matches = "glassfish|payara",
    disabledReason = "it makes an archive's own data sources after its beans, which are checked")
class NightOnSqliteIT {
  @Deployment(testable = false)
  static Archive<?> sqlite() throws IOException {
    String source =
        """
        <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
          <data-source>
            <name>java:app/jdbc/night</name>
            <class-name>org.sqlite.SQLiteDataSource</class-name>
            <url>jdbc:sqlite:%s/night.db</url>
          </data-source>
        </web-app>
        """
            .formatted(Folders.of("night"));
    return Archives.night(
            "night-sqlite.war",
            """
            storages.rooms.type=jdbc
            storages.rooms.datasource=java:app/jdbc/night
            storages.ratings.type=jdbc
            storages.ratings.datasource=java:app/jdbc/night
            """)
        .addAsWebInfResource(new StringAsset(source), "web.xml");
  }

  @Test
  void inATableOfTheServersDataSource(@ArquillianResource URL application) throws Exception {
    Night.assertStory(new Caller(application), "jdbc");
  }
}
