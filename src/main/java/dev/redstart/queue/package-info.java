/**
 * A queue of tasks in a sorted set, from which no task is lost.
 *
 * <p>Start with {@link dev.redstart.queue.TaskQueue}: it pushes, and pops and handles. A {@link
 * dev.redstart.queue.Worker} handles several tasks at a time for as long as a process lives. What
 * is pushed is a {@link dev.redstart.queue.Task}; while one is handled, there is a {@link
 * dev.redstart.queue.Lease} on it.
 *
 * <pre>{@code
 * var queue = TaskQueue.of(redis, "emails");
 * queue.push(new Task("welcome-7", Json.object("to", "ann")), 1);
 * queue.popAndHandle(task -> send(task.payload()));
 *
 * try (var worker = Worker.start(queue, lease -> Outcome.done(answer(lease.task())))) {
 *   worker.await(Duration.ofDays(1));
 * }
 * }</pre>
 *
 * <p>Promised: a task that was accepted is handled until one handler succeeds, or lies with the
 * dead letters. Whoever holds a task has a lease on it, which is renewed while his process lives;
 * when he dies, another gets the task, at most a second after the lease is over. So a handler may
 * run more than once, and should be idempotent; but only one of them completes the task, and what a
 * former holder writes changes nothing. All times are those of Redis' clock.
 */
package dev.redstart.queue;
