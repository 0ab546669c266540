package io.undercroft.plugin.redis;

import io.undercroft.spi.Secret;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

/**
 * How a connection is made: address, time limits, login, encryption.
 *
 * <p><b>Threads:</b> immutable.
 */
final class Dialing {
  private static final String STORE_TYPE = "PKCS12";

  /** Keeps no secret: what is in the store are certificates, which are public. */
  private static final char[] STORE_PASSWORD = "certificates".toCharArray();

  private final JedisClientConfig config;
  private final JedisSocketFactory sockets;
  private final HostAndPort first;
  private final Optional<Sentinels> sentinels;

  /**
   * Decides everything about it.
   *
   * @throws StorageException INVALID_CONFIG if the file of certificates cannot be used
   */
  Dialing(RedisSettings settings) {
    this(settings, false);
  }

  private Dialing(RedisSettings settings, boolean ofReplica) {
    DefaultJedisClientConfig.Builder builder =
        limits(settings).database(settings.database()).clientName(settings.clientName());
    if (ofReplica && settings.cluster()) {
      builder.readOnlyForRedisClusterReplicas(); // else it sends everybody to the primary
    }
    this.config = finish(builder, settings, settings.login());
    List<HostAndPort> places =
        settings.servers().stream()
            .map(place -> new HostAndPort(place.host(), place.port()))
            .toList();
    this.sentinels =
        settings
            .primary()
            .map(
                name ->
                    new Sentinels(
                        places,
                        finish(limits(settings).resp2(), settings, settings.sentinelLogin()),
                        name));
    this.first = places.get(0);
    this.sockets =
        sentinels
            .<JedisSocketFactory>map(all -> new PrimarySockets(all, config))
            .orElseGet(() -> new DefaultJedisSocketFactory(first, config));
  }

  /** Decides about connections to a replica, which are for reading only. */
  static Dialing ofReplica(RedisSettings settings) {
    return new Dialing(settings, true);
  }

  private static DefaultJedisClientConfig.Builder limits(RedisSettings settings) {
    return DefaultJedisClientConfig.builder()
        .connectionTimeoutMillis(Math.toIntExact(settings.connectTimeout().toMillis()))
        .socketTimeoutMillis(Math.toIntExact(settings.timeout().toMillis()));
  }

  private static JedisClientConfig finish(
      DefaultJedisClientConfig.Builder builder, RedisSettings settings, RedisSettings.Login login) {
    login.user().map(Secret::reveal).ifPresent(builder::user);
    login.password().map(Secret::reveal).ifPresent(builder::password);
    if (settings.tls()) {
      builder.sslOptions(verified(settings.authorities()));
    }
    return builder.build();
  }

  /** Returns who knows the primary, if it is not told by its address. */
  Optional<Sentinels> sentinels() {
    return sentinels;
  }

  /** Returns the host and port of the server to dial now. */
  String address() {
    return sentinels.map(Sentinels::primary).orElse(first).toString();
  }

  ConnectionFactory factory() {
    return new ConnectionFactory(sockets, config);
  }

  Connection dial() {
    return new Connection(sockets, config);
  }

  /** Returns a connection for what is just being handed over to this node of a cluster. */
  AskingConnection asking() {
    return new AskingConnection(sockets, config);
  }

  /** Certificate and host name are verified in any case. */
  private static SslOptions verified(Optional<Path> authorities) {
    SslOptions.Builder builder = SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL);
    if (authorities.isPresent()) {
      byte[] trusted = store(authorities.get());
      builder
          .trustStoreType(STORE_TYPE)
          .truststore(() -> new ByteArrayInputStream(trusted), STORE_PASSWORD);
    }
    return builder.build();
  }

  private static byte[] store(Path authorities) {
    try (InputStream in = Files.newInputStream(authorities)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw unusable(authorities, "holds no certificate", null);
      }
      KeyStore trusted = KeyStore.getInstance(STORE_TYPE);
      trusted.load(null, STORE_PASSWORD);
      int number = 0;
      for (Certificate certificate : certificates) {
        trusted.setCertificateEntry("authority-" + number++, certificate);
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      trusted.store(out, STORE_PASSWORD);
      return out.toByteArray();
    } catch (IOException e) {
      throw unusable(authorities, "cannot be read", e);
    } catch (GeneralSecurityException e) {
      throw unusable(authorities, "is not a PEM file of certificates", e);
    }
  }

  private static StorageException unusable(Path file, String why, @Nullable Exception cause) {
    String message = "tls.authorities: the file '" + file + "' " + why;
    return cause == null
        ? StorageException.of(ErrorCode.INVALID_CONFIG, message)
        : StorageException.of(ErrorCode.INVALID_CONFIG, message, cause);
  }
}
