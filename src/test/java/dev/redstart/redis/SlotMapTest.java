package dev.redstart.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.redstart.resp.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlotMapTest {
  private static final Endpoint.Tcp ASKED = new Endpoint.Tcp("asked", 7000);

  private static Reply text(String text) {
    return new Reply.Bulk(text.getBytes(UTF_8));
  }

  private static Reply node(Reply host, int port, Reply... more) {
    var items = new ArrayList<>(List.of(host, new Reply.Int(port), text("id" + port)));
    items.addAll(List.of(more));
    return new Reply.Array(items);
  }

  private static Reply range(int first, int last, Reply... nodes) {
    var items = new ArrayList<Reply>(List.of(new Reply.Int(first), new Reply.Int(last)));
    items.addAll(List.of(nodes));
    return new Reply.Array(items);
  }

  private static SlotMap map(Reply... ranges) {
    return SlotMap.of(new Reply.Array(List.of(ranges)), ASKED);
  }

  private static Endpoint.Tcp at(String host, int port) {
    return new Endpoint.Tcp(host, port);
  }

  @Test
  void aSlotBelongsToTheMasterOfItsRangeAndItsReplicas() {
    var map =
        map(
            range(0, 99, node(text("a"), 1), node(text("b"), 2)),
            range(200, 300, node(text("c"), 3)),
            range(400, 400, node(text("a"), 1), node(text("b"), 2)));
    assertEquals(at("a", 1), map.shard(0).orElseThrow().master());
    assertEquals(List.of(at("b", 2)), map.shard(99).orElseThrow().replicas());
    assertEquals(at("c", 3), map.shard(300).orElseThrow().master());
    assertEquals(at("a", 1), map.shard(400).orElseThrow().master());
    assertTrue(map.shard(100).isEmpty() && map.shard(399).isEmpty() && map.shard(401).isEmpty());
    assertEquals(List.of(at("a", 1), at("c", 3)), map.masters());
    assertEquals(Set.of(at("a", 1), at("b", 2), at("c", 3)), map.all());
  }

  @Test
  void anAddressMayHaveColons() {
    assertEquals(at("::1", 7), map(range(0, 1, node(text("::1"), 7))).masters().get(0));
  }

  @Test
  void aHostThatIsNotToldIsTheOneThatWasAsked() {
    assertEquals(at("asked", 1), map(range(0, 1, node(Reply.NULL, 1))).masters().get(0));
    assertEquals(at("asked", 1), map(range(0, 1, node(text(""), 1))).masters().get(0));
  }

  @Test
  void aNameThatIsNotSetYetIsReplacedByTheAddressOrLeftOut() {
    var facts = new Reply.Array(List.of(text("ip"), text("10.0.0.7")));
    assertEquals(at("10.0.0.7", 1), map(range(0, 1, node(text("?"), 1, facts))).masters().get(0));
    assertTrue(map(range(0, 1, node(text("?"), 1))).isEmpty());
    assertTrue(map(range(0, 1, node(text("?"), 1), node(text("b"), 2))).isEmpty());
  }

  @Test
  void oneSlotMayGoToAnother() {
    var map = map(range(0, 99, node(text("a"), 1), node(text("b"), 2)));
    var changed = map.with(5, at("c", 3)).with(6, at("a", 1)).with(200, at("a", 1));
    assertEquals(at("c", 3), changed.shard(5).orElseThrow().master());
    assertEquals(at("a", 1), changed.shard(6).orElseThrow().master());
    assertEquals(List.of(at("b", 2)), changed.shard(200).orElseThrow().replicas());
    assertEquals(at("a", 1), map.shard(5).orElseThrow().master());
    assertSame(map, map.with(5, at("a", 1)));
  }

  private static Optional<Redirect> redirect(String error) {
    var order = new Order<>("GET", "h:1", 1, true, Duration.ZERO, reply -> reply);
    return Redirect.of(new Reply.Error(error), order);
  }

  @Test
  void redirectionsAreReadWithAddressesOfAllKinds() {
    assertEquals(Optional.of(new Redirect(false, 3999, "h", 6381)), redirect("MOVED 3999 h:6381"));
    assertEquals(Optional.of(new Redirect(true, 1, "::1", 6381)), redirect("ASK 1 ::1:6381"));
    assertEquals(at("asked", 6381), redirect("MOVED 1 :6381").orElseThrow().target(ASKED));
    assertEquals("[::1]:6381", redirect("MOVED 1 ::1:6381").orElseThrow().target(ASKED).toString());
    for (String odd :
        List.of("MOVED", "MOVED 1", "MOVED 16384 h:1", "MOVED 1 h:0", "MOVED 1 h:65536", "ASKED")) {
      assertTrue(redirect(odd).isEmpty(), odd);
    }
  }
}
