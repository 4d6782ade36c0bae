package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
class ChannelsTest {
  @Parameter int protocol;
  private Redis redis;

  @BeforeEach
  void connect() {
    redis = FamilyServer.connect(protocol);
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void whereNobodyListensNobodyHears() {
    assertEquals(0, redis.call(Channels.publish("family:silent", "m")));
    assertEquals(0, redis.call(Channels.publish("family:silent", new byte[] {0, 1})));
    assertEquals(0, redis.call(Channels.publishSharded("family:silent", "m")));
    assertEquals(List.of(), redis.call(Channels.channels("family:silent*")));
    assertEquals(Map.of("family:silent", 0L), redis.call(Channels.subscribers("family:silent")));
  }

  @Test
  void listenersAreCounted() {
    long before = redis.call(Channels.patterns());
    try (var one = redis.subscribe("family:a", "family:b");
        var two = redis.subscribePatterns("family:a*")) {
      assertEquals(2, redis.call(Channels.publish("family:a", "m")));
      assertEquals(1, redis.call(Channels.publish("family:b", "m")));
      assertEquals(2, redis.call(Channels.channels("family:*")).size());
      assertEquals(
          Map.of("family:a", 1L, "family:c", 0L),
          redis.call(Channels.subscribers("family:a", "family:c")));
      assertEquals(before + 1, redis.call(Channels.patterns()));
    }
  }

  @Test
  void whatCannotBeMeantIsRefusedAtOnce() {
    assertThrows(IllegalArgumentException.class, () -> Channels.publish("", "m"));
    assertThrows(NullPointerException.class, () -> Channels.publish("c", (String) null));
    assertThrows(IllegalArgumentException.class, () -> Channels.subscribers());
  }
}
