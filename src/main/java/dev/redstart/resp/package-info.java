/**
 * The protocol of Redis, RESP2 and RESP3: values, a parser and an encoder, and no socket.
 *
 * <p>Start from {@link dev.redstart.resp.Reply}, the closed vocabulary of what a server can say.
 * {@link dev.redstart.resp.RespParser} makes replies out of bytes that arrive in any pieces; {@link
 * dev.redstart.resp.RespEncoder} makes the bytes of commands, and those of replies for whoever
 * plays the server. {@link dev.redstart.resp.RespLimits} says how much a peer may send.
 *
 * <p>Two things can go wrong. {@link dev.redstart.resp.RespException}: the peer does not speak the
 * protocol, and the connection is lost. {@link dev.redstart.resp.UnexpectedReplyException}: it
 * does, but said something else than the caller asked for.
 *
 * <p>Inside, {@code Lines} finds the line that starts each value and {@code Line} reads it, {@code
 * Body} gathers the bytes of a string, {@code Nesting} and {@code Level} the elements of
 * aggregates, and {@code Budget} counts what all this costs.
 */
package dev.redstart.resp;
