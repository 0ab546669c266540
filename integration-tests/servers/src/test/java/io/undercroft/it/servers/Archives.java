package io.undercroft.it.servers;

import java.io.File;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The archive that the build has packed, the same file for every server. */
final class Archives {
  private static final String CONFIG = "WEB-INF/classes/META-INF/microprofile-config.properties";

  private Archives() {}

  static WebArchive rooms() {
    return ShrinkWrap.createFromZipFile(WebArchive.class, new File("target/rooms.war"));
  }

  /** Returns the example's archive as it is. */
  static WebArchive night() {
    return ShrinkWrap.createFromZipFile(WebArchive.class, new File("target/movie-night.war"));
  }

  /** Returns the example's archive under another name, with another configuration. */
  static WebArchive night(String name, String config) {
    WebArchive archive = ShrinkWrap.create(WebArchive.class, name).merge(night());
    archive.delete(CONFIG);
    return archive.addAsWebResource(new StringAsset(config), CONFIG);
  }

  /** Returns it under another name, with another configuration, and with beans of a test. */
  static WebArchive rooms(String name, String config, Class<?>... beans) {
    WebArchive archive = ShrinkWrap.create(WebArchive.class, name).merge(rooms());
    archive.delete(CONFIG);
    return archive.addClasses(beans).addAsWebResource(new StringAsset(config), CONFIG);
  }
}
