/**
 * A parent hands tasks to children, and gathers one report for each, on Redis lists.
 *
 * <p>Start with {@link dev.redstart.orchestration.Orchestration}, which opens a session; then
 * {@link dev.redstart.orchestration.Parent} sends and gathers, and {@link
 * dev.redstart.orchestration.Child} works. What they say to each other is a {@link
 * dev.redstart.orchestration.Message}. {@link dev.redstart.orchestration.Sender} and {@link
 * dev.redstart.orchestration.Receiver} are for lists without a session, at most once.
 *
 * <pre>{@code
 * var sessions = Orchestration.of(redis);
 * var session = sessions.initializeSummoner(SessionOptions.defaults().withChildren(3));
 * var parent = sessions.parent(session.sessionId());
 * parent.send(1, "translate chapter 1");     // child 1: sessions.child(id, 1).run(handler)
 * Gathered gathered = parent.gather(Duration.ofMinutes(5));
 * }</pre>
 *
 * <p>Promised: a task that was accepted ends in exactly one report. A child that dies loses
 * nothing: its work goes to its siblings when its lease is over, and a task that several children
 * died of is reported as given up. So a handler may run more than once, and should be idempotent.
 * Lists stay lists: any client that knows RPUSH, BLPOP and the JSON of the messages may be parent
 * or child (as a child, without these promises).
 */
package dev.redstart.orchestration;
