package dev.redstart.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
class StreamGroupsTest {
  private static final ReadOptions DEFAULTS = ReadOptions.defaults();

  @Parameter int protocol;
  private Redis redis;

  @BeforeEach
  void connect() {
    redis = FamilyServer.connect(protocol);
    for (int i = 1; i <= 4; i++) {
      redis.call(Streams.add("k", id(i), Map.of("n", "" + i), Trim.none()));
    }
    redis.call(StreamGroups.create("k", "g", EntryId.MIN));
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private static EntryId id(long millis) {
    return new EntryId(millis, 0);
  }

  private static List<EntryId> ids(List<StreamEntry> entries) {
    return entries.stream().map(StreamEntry::id).toList();
  }

  /** What the consumer gets of the stream k. */
  private List<EntryId> read(String consumer, ReadOptions options) {
    var read = redis.call(StreamGroups.read("g", consumer, options, "k"));
    return ids(read.getOrDefault("k", List.of()));
  }

  private static String codeOf(Runnable refused) {
    return assertThrows(RedisException.Rejected.class, refused::run).code();
  }

  @Test
  void aGroupIsMadeOnceAndMakesItsStream() {
    assertEquals("OK", redis.call(StreamGroups.create("new", "g", EntryId.MIN)));
    assertEquals(0, redis.call(Streams.len("new")));
    assertEquals("BUSYGROUP", codeOf(() -> redis.call(StreamGroups.create("k", "g", EntryId.MIN))));
    assertTrue(redis.call(StreamGroups.destroy("k", "g")));
    assertFalse(redis.call(StreamGroups.destroy("k", "g")));
    assertEquals("NOGROUP", codeOf(() -> read("c", DEFAULTS)));
  }

  @Test
  void aGroupBeginsWhereItIsTold() {
    redis.call(StreamGroups.createAtEnd("k", "end"));
    assertEquals(Map.of(), redis.call(StreamGroups.read("end", "c", DEFAULTS, "k")));
    assertEquals("OK", redis.call(StreamGroups.setId("k", "g", id(2))));
    assertEquals(List.of(id(3), id(4)), read("c", DEFAULTS));
    redis.call(StreamGroups.setId("k", "g", EntryId.MIN));
    assertEquals("OK", redis.call(StreamGroups.setIdAtEnd("k", "g")));
    assertEquals(List.of(), read("c", DEFAULTS));
  }

  @Test
  void eachEntryIsDeliveredToOneConsumer() {
    assertEquals(List.of(id(1), id(2)), read("alice", DEFAULTS.withCount(2)));
    assertEquals(List.of(id(3), id(4)), read("bob", DEFAULTS));
    assertEquals(List.of(), read("bob", DEFAULTS.withBlock(Duration.ofMillis(10))));
    assertEquals(2, redis.call(StreamGroups.ack("k", "g", id(1), id(3), id(99))));
    assertEquals(0, redis.call(StreamGroups.ack("k", "g", id(1))));
  }

  @Test
  void severalStreamsAreReadAtOnce() {
    redis.call(StreamGroups.create("empty", "g", EntryId.MIN));
    var read = redis.call(StreamGroups.read("g", "c", DEFAULTS, "empty", "k"));
    assertEquals(List.of("k"), List.copyOf(read.keySet()));
    assertEquals(StreamEntry.of(id(1), Map.of("n", "1")), read.get("k").get(0));
  }

  @Test
  void readingWaitsForAnEntry() {
    read("c", DEFAULTS);
    var options = DEFAULTS.withBlock(Duration.ofSeconds(20));
    var waiting = redis.send(StreamGroups.read("g", "c", options, "k"));
    FamilyServer.awaitBlocked(redis);
    redis.call(Streams.add("k", id(5), Map.of("n", "5"), Trim.none()));
    assertEquals(List.of(id(5)), ids(waiting.await().get("k")));
  }

  @Test
  void withoutAcknowledgementsNothingIsPending() {
    assertEquals(4, read("c", DEFAULTS.withNoAck()).size());
    assertEquals(0, redis.call(StreamGroups.pending("k", "g")).count());
  }

  @Test
  void pendingEntriesAreDeliveredAgainAndDeletedOnesAreEmpty() {
    read("c", DEFAULTS);
    redis.call(Streams.del("k", id(2)));
    var again =
        redis.call(StreamGroups.readPending("g", "c", Map.of("k", EntryId.MIN), 3)).get("k");
    assertEquals(List.of(id(1), id(2), id(3)), ids(again));
    assertFalse(again.get(0).isDeleted());
    assertTrue(again.get(1).isDeleted());
    assertEquals(Map.of(), again.get(1).fields());
    assertEquals(Optional.empty(), again.get(1).field("n"));
    var rest = redis.call(StreamGroups.readPending("g", "c", Map.of("k", id(3)), 3));
    assertEquals(List.of(id(4)), ids(rest.get("k")));
    var none = redis.call(StreamGroups.readPending("g", "c", Map.of("k", id(4)), 3));
    assertEquals(Map.of("k", List.of()), none);
  }

  @Test
  void pendingEntriesAreCounted() {
    var nothing = new PendingSummary(0, Optional.empty(), Optional.empty(), Map.of());
    assertEquals(nothing, redis.call(StreamGroups.pending("k", "g")));
    read("alice", DEFAULTS.withCount(3));
    read("bob", DEFAULTS);
    assertEquals(
        new PendingSummary(
            4, Optional.of(id(1)), Optional.of(id(4)), Map.of("alice", 3L, "bob", 1L)),
        redis.call(StreamGroups.pending("k", "g")));
  }

  @Test
  void pendingEntriesAreListed() {
    read("alice", DEFAULTS.withCount(3));
    read("bob", DEFAULTS);
    var all = pending(PendingQuery.first(10));
    assertEquals(4, all.size());
    assertEquals(id(1), all.get(0).id());
    assertEquals("bob", all.get(3).consumer());
    assertEquals(1, all.get(0).deliveries());
    assertTrue(all.get(0).idle().compareTo(Duration.ofSeconds(60)) < 0);
    assertEquals(2, pending(PendingQuery.first(2)).size());
    assertEquals(1, pending(PendingQuery.first(9).withConsumer("bob")).size());
    assertEquals(2, pending(PendingQuery.first(9).withRange(id(2), id(3))).size());
    assertEquals(0, pending(PendingQuery.first(9).withIdle(Duration.ofHours(1))).size());
  }

  private List<PendingEntry> pending(PendingQuery query) {
    return redis.call(StreamGroups.pending("k", "g", query));
  }

  @Test
  void entriesAreTakenOver() {
    read("alice", DEFAULTS);
    redis.call(Streams.del("k", id(2)));
    var any = Claim.idleFor(Duration.ZERO);
    var claimed = redis.call(StreamGroups.claim("k", "g", "bob", any, id(1), id(2), id(99)));
    assertEquals(List.of(StreamEntry.of(id(1), Map.of("n", "1"))), claimed);
    var old = Claim.idleFor(Duration.ofHours(1));
    assertEquals(List.of(), redis.call(StreamGroups.claim("k", "g", "bob", old, id(3))));
    assertEquals(List.of(id(3)), redis.call(StreamGroups.claimIds("k", "g", "bob", any, id(3))));
    var bobs = pending(PendingQuery.first(9).withConsumer("bob"));
    assertEquals(List.of(id(1), id(3)), bobs.stream().map(PendingEntry::id).toList());
    assertEquals(List.of(2L, 1L), bobs.stream().map(PendingEntry::deliveries).toList());
  }

  @Test
  void takingOverCanSetTimeAndCount() {
    var terms =
        Claim.idleFor(Duration.ZERO).withIdle(Duration.ofHours(2)).withDeliveries(7).withForce();
    redis.call(StreamGroups.claim("k", "g", "bob", terms, id(2)));
    var entry = pending(PendingQuery.first(9).withIdle(Duration.ofHours(1))).get(0);
    assertEquals(id(2), entry.id());
    assertEquals(7, entry.deliveries());
    assertTrue(entry.idle().toMinutes() >= 120);
  }

  @Test
  void idleEntriesAreTakenOverPageByPage() {
    read("alice", DEFAULTS);
    redis.call(Streams.del("k", id(2)));
    var terms = AutoClaim.idleFor(Duration.ZERO).withCount(3);
    var first = redis.call(StreamGroups.autoClaim("k", "g", "bob", terms));
    assertEquals(List.of(id(1), id(3)), ids(first.entries()));
    assertEquals(List.of(id(2)), first.deleted());
    assertFalse(first.isLast());
    var rest = redis.call(StreamGroups.autoClaim("k", "g", "bob", terms.withFrom(first.next())));
    assertEquals(List.of(id(4)), ids(rest.entries()));
    assertTrue(rest.isLast());
    var old = AutoClaim.idleFor(Duration.ofHours(1));
    var none = redis.call(StreamGroups.autoClaim("k", "g", "bob", old));
    assertEquals(new AutoClaimed(EntryId.MIN, List.of(), List.of()), none);
  }

  @Test
  void groupsAreDescribed() {
    read("alice", DEFAULTS.withCount(1));
    redis.call(StreamGroups.createAtEnd("k", "other"));
    var groups = redis.call(StreamGroups.groups("k"));
    assertEquals(List.of("g", "other"), groups.stream().map(GroupInfo::name).toList());
    var group = groups.get(0);
    assertEquals(new GroupInfo("g", 1, 1, id(1), Optional.of(1L), Optional.of(3L)), group);
    redis.call(Streams.del("k", id(3)));
    assertEquals(Optional.empty(), redis.call(StreamGroups.groups("k")).get(0).lag());
  }

  @Test
  void consumersAreMadeDescribedAndDeleted() {
    assertTrue(redis.call(StreamGroups.createConsumer("k", "g", "alice")));
    assertFalse(redis.call(StreamGroups.createConsumer("k", "g", "alice")));
    read("alice", DEFAULTS.withCount(3));
    var alice = redis.call(StreamGroups.consumers("k", "g")).get(0);
    assertEquals("alice", alice.name());
    assertEquals(3, alice.pending());
    assertTrue(alice.idle().toSeconds() < 60);
    assertTrue(alice.inactive().isEmpty() || alice.inactive().get().toSeconds() < 60);
    assertEquals(3, redis.call(StreamGroups.delConsumer("k", "g", "alice")));
    assertEquals(List.of(), redis.call(StreamGroups.consumers("k", "g")));
  }

  @Test
  void whatCannotBeMeantIsRefusedAtOnce() {
    var any = Claim.idleFor(Duration.ZERO);
    assertThrows(IllegalArgumentException.class, () -> StreamGroups.destroy("k", ""));
    assertThrows(IllegalArgumentException.class, () -> StreamGroups.read("g", "c", DEFAULTS));
    assertThrows(IllegalArgumentException.class, () -> StreamGroups.read("g", "", DEFAULTS, "k"));
    assertThrows(IllegalArgumentException.class, () -> StreamGroups.ack("k", "g"));
    assertThrows(IllegalArgumentException.class, () -> StreamGroups.claim("k", "g", "c", any));
    assertThrows(IllegalArgumentException.class, () -> Claim.idleFor(Duration.ofMillis(-1)));
    assertThrows(IllegalArgumentException.class, () -> any.withDeliveries(-1));
    assertThrows(IllegalArgumentException.class, () -> PendingQuery.first(0));
    assertThrows(NullPointerException.class, () -> StreamGroups.create("k", "g", null));
  }
}
