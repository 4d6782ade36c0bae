/**
 * A Redis and Valkey client of its own: RESP2 and RESP3, the JDK alone.
 *
 * <p>Start at {@link dev.redstart.redis.Redis}: {@code Redis.connect("redis://localhost")}. A
 * {@link dev.redstart.redis.Command} is a value; {@link dev.redstart.redis.Strings}, {@link
 * dev.redstart.redis.Lists}, {@link dev.redstart.redis.Streams} and their neighbours make the usual
 * ones. Every failure is a {@link dev.redstart.redis.RedisException} that says whether the command
 * may have run.
 *
 * <p>How it works, in reading order: a {@code Wire} is one socket with the commands in flight on
 * it; a {@code Lane} outlives its wires and decides what is sent again; the {@code Loop} is the one
 * thread that reads them all; a {@code Connector} makes new ones, and {@code Node} chooses the lane
 * for each call.
 */
package dev.redstart.redis;
