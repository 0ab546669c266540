package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.OwnRedis;
import java.net.URL;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Archive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The example, the same classes and libraries, with its data in a Redis server. */
@ExtendWith({NightOnRedisIT.Redis.class, ArquillianExtension.class})
class NightOnRedisIT {
  /** Is there before the archive is deployed, and until it is gone. */
  static final class Redis implements BeforeAllCallback, AfterAllCallback {
    private static @Nullable OwnRedis running;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
      running = OwnRedis.start(Folders.of("redis"));
    }

    @Override
    public void afterAll(ExtensionContext context) {
      if (running != null) {
        running.close();
      }
    }

    static OwnRedis running() {
      OwnRedis redis = running;
      if (redis == null) {
        throw new IllegalStateException("no Redis server runs");
      }
      return redis;
    }
  }

  @Deployment(testable = false)
  static Archive<?> redis() {
    return Archives.night(
        "night-redis.war",
        """
        storages.rooms.type=redis
        storages.rooms.uri=%1$s
        storages.ratings.type=redis
        storages.ratings.uri=%1$s
        """
            .formatted(Redis.running().uri()));
  }

  @Test
  void inAServerOfItsOwn(@ArquillianResource URL application) throws Exception {
    Night.assertStory(new Caller(application), "redis");
    assertThat(Redis.running().keys()).anyMatch(key -> key.contains("ratings"));
  }
}
