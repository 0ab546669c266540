package io.undercroft.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.spi.LayerPlugin;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Settings;
import io.undercroft.spi.Wrapper;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers that ServiceLoader finds in an application's class path and configuration lists. */
class ServiceLayersTest {
  private static final List<String> NOTES = new CopyOnWriteArrayList<>();

  private final CupboardPlugin cupboard = new CupboardPlugin();
  private final Path services;

  ServiceLayersTest(@TempDir Path services) {
    this.services = services;
  }

  /** A kind of layer with an option of its own. */
  public static final class StampPlugin implements LayerPlugin {
    static final Option<String> TEXT = Option.string("text").doc("what to stamp").required();

    @Override
    public String id() {
      return "stamp";
    }

    @Override
    public List<Option<?>> options() {
      return List.of(TEXT);
    }

    @Override
    public Wrapper open(Settings settings, PluginContext context) {
      String text = settings.get(TEXT);
      if (text.equals("broken")) {
        throw new IllegalStateException("no ink");
      }
      NOTES.add("open " + text + " for " + context.storage());
      return new Stamp(text);
    }
  }

  private record Stamp(String text) implements Around, AutoCloseable {
    @Override
    public Object around(Call call, Next next) throws Exception {
      NOTES.add(text + " " + call.kind());
      return next.proceed(call);
    }

    @Override
    public void close() {
      NOTES.add("close " + text);
    }
  }

  /** A ready-made one, without options. */
  public static final class CountAround implements Around {
    @Override
    public Object around(Call call, Next next) throws Exception {
      NOTES.add("count " + call.kind());
      return next.proceed(call);
    }
  }

  @BeforeEach
  void register() throws IOException {
    NOTES.clear();
    Path folder = Files.createDirectories(services.resolve("META-INF/services"));
    Files.writeString(folder.resolve(LayerPlugin.class.getName()), StampPlugin.class.getName());
    Files.writeString(folder.resolve(Around.class.getName()), CountAround.class.getName());
  }

  @AfterEach
  void nobodyIsLeft() {
    assertThat(Threads.ofRuntimes()).isEmpty();
  }

  private Launch launch(ClassLoader application, Map<String, String> settings) {
    return new Launch()
        .withoutAmbientConfig()
        .classLoader(application)
        .plugin(cupboard)
        .set("storages.rooms.type", "cupboard")
        .storage("rooms", settings);
  }

  private URLClassLoader application() throws IOException {
    return new URLClassLoader(
        new URL[] {services.toUri().toURL()}, ServiceLayersTest.class.getClassLoader());
  }

  @Test
  void listedLayersStandInTheirOrderAndEndWithTheStorage() throws IOException {
    Map<String, String> settings = Map.of("layers", "stamp,count", "stamp.text", "seen");
    try (URLClassLoader application = application()) {
      try (Undercroft undercroft = launch(application, settings).open()) {
        Storage<String> rooms = undercroft.storage("rooms", String.class);
        rooms.has("a");
        assertThat(NOTES).containsExactly("open seen for rooms", "seen HAS", "count HAS");
        assertThat(undercroft.info("rooms").layers()).containsSubsequence("stamp", "count");
        NOTES.clear();
        undercroft.define("rooms", Map.of("type", "cupboard", "layers", "count"));
        assertThat(NOTES).containsExactly("close seen");
        rooms.has("a");
        assertThat(NOTES).containsExactly("close seen", "count HAS");
      }
      assertThat(NOTES).hasSize(2);
    }
    assertThat(cupboard.steps)
        .containsExactly(
            "open rooms", "ping rooms", "open rooms", "ping rooms", "close rooms", "close rooms");
  }

  @Test
  void wrappersFromCodeStandOutsideTheListedOnes() throws IOException {
    Map<String, String> settings = Map.of("layers", "count");
    try (URLClassLoader application = application();
        Undercroft undercroft =
            launch(application, settings)
                .wrap(
                    "rooms",
                    (Around)
                        (call, next) -> {
                          NOTES.add("code " + call.kind());
                          return next.proceed(call);
                        })
                .open()) {
      undercroft.storage("rooms", String.class).has("a");
      assertThat(NOTES).containsExactly("code HAS", "count HAS");
    }
  }

  @Test
  void wrappersFromASourceStandInsideAndSeeTheBindings() throws IOException {
    Map<String, String> settings = Map.of("layers", "count", "bindings", "acme.Audited");
    Around bean =
        (call, next) -> {
          NOTES.add("bean " + call.kind());
          return next.proceed(call);
        };
    try (URLClassLoader application = application();
        Undercroft undercroft =
            launch(application, settings)
                .wrapperSource(
                    (storage, bindings) -> {
                      NOTES.add(storage + " " + bindings);
                      return List.of(new WrapperSource.Named("audited", bean));
                    })
                .open()) {
      undercroft.storage("rooms", String.class).has("a");
      assertThat(NOTES).containsExactly("rooms [acme.Audited]", "count HAS", "bean HAS");
    }
  }

  @Test
  void aLayerThatDoesNotOpenGivesTheBackendBack() throws IOException {
    Map<String, String> settings = Map.of("layers", "stamp", "stamp.text", "broken");
    try (URLClassLoader application = application()) {
      StorageException failed =
          catchThrowableOfType(StorageException.class, () -> launch(application, settings).open());
      assertThat(failed.code()).isEqualTo(ErrorCode.CONNECTION_FAILED);
      assertThat(failed.getMessage())
          .contains("storage 'rooms'")
          .contains("stamp")
          .contains("make its layer")
          .contains("java.lang.IllegalStateException");
    }
    assertThat(cupboard.steps).containsExactly("open rooms", "ping rooms", "close rooms");
  }

  @Test
  void aLayersSettingsAreCheckedBeforeAnythingOpens() throws IOException {
    try (URLClassLoader application = application()) {
      StorageException failed =
          catchThrowableOfType(
              StorageException.class,
              () -> launch(application, Map.of("layers", "stamp,cuont")).open());
      assertThat(failed.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
      assertThat(failed.getMessage()).contains("stamp.text").contains("cuont").contains("count");
    }
    assertThat(cupboard.steps).isEmpty();
  }
}
