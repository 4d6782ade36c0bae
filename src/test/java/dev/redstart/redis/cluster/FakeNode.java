package dev.redstart.redis.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.redstart.harness.Received;
import dev.redstart.harness.ScriptedPeer;
import dev.redstart.redis.RedisOptions;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A node of a cluster that tells of slots, and answers commands, what a test wants. */
final class FakeNode implements AutoCloseable {
  static final String OK = "+OK\r\n";

  private final ScriptedPeer peer = ScriptedPeer.answering(this::answer);
  private volatile String slots = "*0\r\n";
  private volatile Function<Received, String> answers = command -> OK;

  private byte[] answer(Received command) {
    boolean asksForSlots = command.startsWith("CLUSTER", "SLOTS");
    return (asksForSlots ? slots : answers.apply(command)).getBytes(UTF_8);
  }

  /** A client with these seeds. */
  static RedisOptions options(FakeNode... seeds) {
    var hosts = Stream.of(seeds).map(FakeNode::address).collect(Collectors.joining(","));
    return RedisOptions.of("redis+cluster://:secret@" + hosts)
        .withTimeout(Duration.ofSeconds(3))
        .withConnectTimeout(Duration.ofSeconds(3));
  }

  /** What it says to CLUSTER SLOTS. */
  FakeNode tells(String reply) {
    slots = reply;
    return this;
  }

  FakeNode answers(Function<Received, String> how) {
    answers = how;
    return this;
  }

  FakeNode answers(String reply) {
    return answers(command -> reply);
  }

  /** All slots are there. */
  static String all(FakeNode master) {
    return slots(range(0, 16_383, "127.0.0.1", master.port()));
  }

  static String slots(String... ranges) {
    return "*" + ranges.length + "\r\n" + String.join("", ranges);
  }

  static String range(int first, int last, String host, int port) {
    return rawRange(first, last, bulk(host), port);
  }

  static String rawRange(int first, int last, String host, int port) {
    return "*3\r\n:%d\r\n:%d\r\n*3\r\n%s:%d\r\n%s"
        .formatted(first, last, host, port, bulk("id" + port));
  }

  static String bulk(String text) {
    return "$" + text.length() + "\r\n" + text + "\r\n";
  }

  static String moved(int slot, FakeNode to) {
    return "-MOVED " + slot + " " + to.address() + "\r\n";
  }

  static String ask(int slot, FakeNode to) {
    return "-ASK " + slot + " " + to.address() + "\r\n";
  }

  int port() {
    return peer.port();
  }

  String address() {
    return "127.0.0.1:" + port();
  }

  ScriptedPeer peer() {
    return peer;
  }

  /** How many commands that begin with this have come. */
  long count(String start) {
    return peer.commands().stream().filter(command -> command.startsWith(start)).count();
  }

  long asked() {
    return count("CLUSTER SLOTS");
  }

  @Override
  public void close() {
    peer.close();
  }
}
