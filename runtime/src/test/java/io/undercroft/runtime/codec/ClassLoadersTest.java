package io.undercroft.runtime.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Codec;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.testkit.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Type;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the codecs hold of other people's class loaders, and how they do without a library. */
class ClassLoadersTest {
  private static final String CODEC = "io.undercroft.runtime.codec.";

  /** Defines some classes anew, and does not see others. */
  private static final class Other extends ClassLoader {
    private final Predicate<String> own;
    private final String hidden;

    Other(Predicate<String> own, String hidden) {
      super(ClassLoadersTest.class.getClassLoader());
      this.own = own;
      this.hidden = hidden;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!hidden.isEmpty() && name.startsWith(hidden)) {
        throw new ClassNotFoundException(name);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded != null) {
          return loaded;
        }
        return own.test(name) ? define(name) : super.loadClass(name, resolve);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  @Test
  void anApplicationThatIsGoneIsForgotten() throws Exception {
    WeakReference<ClassLoader> application = runApplication();
    Eventually.holds(
        "the application's class loader is collected",
        () -> {
          System.gc();
          return application.refersTo(null);
        });
  }

  /** Stores a record of an "application", in every format, and lets go of all of it. */
  private static WeakReference<ClassLoader> runApplication() throws Exception {
    ClassLoader application = new Other(name -> name.startsWith(CODEC + "Samples"), "");
    Class<?> address = application.loadClass(CODEC + "Samples$Address");
    Class<?> drawing = application.loadClass(CODEC + "Samples$Drawing");
    assertThat(address).isNotSameAs(Samples.Address.class);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(application);
    try {
      Codecs codecs = Codecs.of(List.of(), application);
      for (String format : List.of("json", "msgpack")) {
        CodecSettings settings = CodecSettings.DEFAULT.withFormat(format);
        Codec<Object> codec = Coding.codec(codecs, address, settings);
        Object value =
            Coding.<Object>codec(codecs, address, CodecSettings.DEFAULT)
                .decode("{\"city\":\"Ulm\",\"zip\":\"89073\"}".getBytes(UTF_8), "application/json");
        assertThat(value.getClass().getClassLoader()).isSameAs(application);
        // by bytes: the JDK itself keeps a record's class for a while once equals was called
        byte[] bytes = codec.encode(value);
        assertThat(codec.encode(codec.decode(bytes, codec.contentType()))).isEqualTo(bytes);
        assertThat(Coding.<Object>codec(codecs, Object.class, settings).encode(List.of(value)))
            .isNotEmpty();
      }
      Coding.<Object>codec(codecs, drawing, CodecSettings.DEFAULT)
          .decode(
              "{\"shapes\":[{\"shape\":\"circle\",\"radius\":1}]}".getBytes(UTF_8),
              "application/json");
    } finally {
      thread.setContextClassLoader(before);
    }
    return new WeakReference<>(application);
  }

  @ParameterizedTest
  @CsvSource({
    "compression,lz4,net.jpountz.,at.yawk.lz4:lz4-java",
    "compression,snappy,org.xerial.snappy.,org.xerial.snappy:snappy-java",
    "compression,zstd,com.github.luben.zstd.,com.github.luben:zstd-jni",
    "format,protobuf,com.google.protobuf.,com.google.protobuf:protobuf-java"
  })
  void aMissingLibraryIsNamedAndHarmsNothingElse(
      String setting, String id, String hidden, String coordinates) throws Exception {
    CodecsWithout without = new CodecsWithout(hidden);
    boolean format = setting.equals("format");
    Object settings = without.settings(format ? id : "json", format ? "none" : id);
    String expected =
        setting
            + " '"
            + id
            + "' needs a library that is not on the class path; add "
            + coordinates
            + " beside the runtime";
    assertThat(without.problems(settings)).isEqualTo(List.of(expected));
    StorageException refused = without.codecFails(String.class, settings);
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
    assertThat(refused.reason()).isEqualTo(expected);

    for (String other : List.of("none", "gzip")) {
      Codec<Object> codec = without.codec(String.class, without.settings("json", other));
      assertThat(codec.decode(codec.encode("x"), codec.contentType())).isEqualTo("x");
    }
    if (!format) {
      Codec<Object> codec = without.codec(String.class, without.settings("json", "none"));
      byte[] bytes =
          Coding.codec(String.class, CodecSettings.DEFAULT.withCompression(id)).encode("x");
      StorageException unreadable =
          (StorageException)
              org.assertj.core.api.Assertions.catchThrowable(
                  () -> codec.decode(bytes, "application/json+" + id));
      assertThat(unreadable.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED);
      assertThat(unreadable.reason()).isEqualTo(expected);
    }
  }

  /** The codecs, as they are where a library is not: other classes, so asked by reflection. */
  private static final class CodecsWithout {
    private final Class<?> settings;
    private final Class<?> codecs;
    private final Object all;

    CodecsWithout(String hidden) throws ReflectiveOperationException {
      ClassLoader loader =
          new Other(name -> name.startsWith(CODEC) && !name.startsWith(CODEC + "proto."), hidden);
      settings = loader.loadClass(CodecSettings.class.getName());
      codecs = loader.loadClass(Codecs.class.getName());
      all = codecs.getMethod("of", List.class, ClassLoader.class).invoke(null, List.of(), loader);
    }

    Object settings(String format, String compression) throws ReflectiveOperationException {
      Object base = settings.getField("DEFAULT").get(null);
      Object formatted = settings.getMethod("withFormat", String.class).invoke(base, format);
      return settings.getMethod("withCompression", String.class).invoke(formatted, compression);
    }

    Object problems(Object with) throws ReflectiveOperationException {
      return codecs.getMethod("problems", settings).invoke(all, with);
    }

    @SuppressWarnings("unchecked") // the interface is everybody's, the type what was asked for
    Codec<Object> codec(Type type, Object with) throws ReflectiveOperationException {
      return (Codec<Object>)
          codecs.getMethod("codecFor", Type.class, settings).invoke(all, type, with);
    }

    StorageException codecFails(Type type, Object with) throws ReflectiveOperationException {
      try {
        codec(type, with);
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof StorageException refused) {
          return refused;
        }
        throw e;
      }
      throw new AssertionError("a codec without its library");
    }
  }
}
