/**
 * Streams whose entries are handled by groups of consumers, and none of them lost.
 *
 * <p>Start with {@link dev.redstart.stream.RedisStreams}.
 *
 * <pre>{@code
 * var streams = RedisStreams.of(redis);
 * streams.push("demo:stream", Map.of("kind", "demo", "value", "42"));
 * try (var consumer =
 *     streams.consume(List.of("demo:stream"), "g1", "c1", m -> System.out.println(m.fields()))) {
 *   consumer.await();
 * }
 * }</pre>
 *
 * <p>Promised: an entry is handled at least once by each group, or ends among the dead letters,
 * with the reason, after exactly as many deliveries as were allowed. A consumer that dies loses
 * nothing: others take over when its lease is over. One that was only out of touch cannot finish
 * what is another's by then. Trimming never drops what a group has not finished.
 */
package dev.redstart.stream;
