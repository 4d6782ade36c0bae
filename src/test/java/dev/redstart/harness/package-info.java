/**
 * What the tests of every room stand on.
 *
 * <ul>
 *   <li>{@link dev.redstart.harness.RedisServer}: a real server with whatever a test needs; it can
 *       be killed, restarted and paused.
 *   <li>{@link dev.redstart.harness.ScriptedPeer}: a peer that does what a healthy server never
 *       does.
 *   <li>{@link dev.redstart.harness.FaultProxy}: a bad network between client and server.
 *   <li>{@link dev.redstart.harness.ChildJvm}: another process, to be killed.
 *   <li>{@link dev.redstart.harness.Eventually} and {@link dev.redstart.harness.Seeds}: waiting
 *       with a deadline, chance with a seed.
 * </ul>
 *
 * <p>Everything listens on 127.0.0.1, runs on named daemon threads and ends by itself in bounded
 * time. Nothing here uses the client under test.
 */
package dev.redstart.harness;
