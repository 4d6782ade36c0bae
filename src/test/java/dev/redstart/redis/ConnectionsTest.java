package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
class ConnectionsTest {
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
  void theServerAnswers() {
    assertEquals("PONG", redis.call(Connections.ping()));
    assertEquals("é", redis.call(Connections.ping("é")));
    assertEquals("m", redis.call(Connections.echo("m")));
    assertEquals("", redis.call(Connections.echo("")));
  }

  @Test
  void aConnectionHasAnIdAndMayHaveAName() {
    long id = redis.call(Connections.id());
    assertEquals(id, redis.call(Connections.id()));
    assertEquals(Long.toString(id), redis.call(Connections.info()).get("id"));
    assertEquals(Optional.empty(), redis.call(Connections.name()));
    var named =
        redis.exclusive(
            session -> {
              session.call(Connections.setName("family"));
              return session.call(Connections.name());
            });
    assertEquals(Optional.of("family"), named);
  }

  @Test
  void allConnectionsAreListed() {
    var id = Long.toString(redis.call(Connections.id()));
    var own = redis.call(Connections.list()).stream().filter(c -> c.get("id").equals(id)).toList();
    assertEquals(1, own.size());
    assertEquals("client|list", own.get(0).get("cmd"));
    assertEquals("", own.get(0).get("name"));
    assertTrue(own.get(0).get("addr").startsWith("127.0.0.1:"), own.get(0).get("addr"));
  }

  @Test
  void aConnectionCanBeEnded() {
    try (var other = FamilyServer.connect(protocol)) {
      long id = other.call(Connections.id());
      assertTrue(redis.call(Connections.kill(id)));
      assertFalse(redis.call(Connections.kill(id)));
    }
  }

  @Test
  void whatIsNotBlockedCannotBeUnblocked() {
    long id = redis.call(Connections.id());
    assertFalse(redis.call(Connections.unblock(id)));
    assertFalse(redis.call(Connections.unblockWithError(id)));
  }

  @Test
  void aBlockedConnectionIsUnblocked() {
    var waiting = redis.send(Lists.blockingPopLeft(Duration.ofSeconds(20), "k"));
    FamilyServer.awaitBlocked(redis);
    assertTrue(redis.call(Connections.unblock(blocked())));
    assertEquals(Optional.empty(), waiting.await());
  }

  private long blocked() {
    return redis.call(Connections.list()).stream()
        .filter(connection -> connection.get("flags").contains("b"))
        .mapToLong(connection -> Long.parseLong(connection.get("id")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void askingTwiceIsHarmless() {
    assertTrue(Connections.ping().isRepeatable());
    assertFalse(Connections.kill(1).isRepeatable());
  }

  @Test
  void whatCannotBeMeantIsRefusedAtOnce() {
    assertThrows(NullPointerException.class, () -> Connections.echo(null));
    assertThrows(NullPointerException.class, () -> Connections.setName(null));
  }
}
