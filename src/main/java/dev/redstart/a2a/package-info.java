/**
 * Tasks of an agent, as the A2A protocol has them: any instance takes a message, tells what happens
 * as it happens, continues what another one began, and cancels it.
 *
 * <p>Start with {@link dev.redstart.a2a.MessageProcessor}, which is an agent, and {@link
 * dev.redstart.a2a.RedisTaskManager} or {@link dev.redstart.a2a.MemoryTaskManager}, which run it
 * (what they promise is in {@link dev.redstart.a2a.TaskManager}). A processor speaks by its {@link
 * dev.redstart.a2a.TaskHandle}; a reader follows a {@link dev.redstart.a2a.TaskStream}. The types
 * of the protocol are records, in the words of version 1.0; {@link dev.redstart.a2a.WireCodec}
 * writes them as JSON, of 0.3 too.
 *
 * <pre>{@code
 * MessageProcessor upper =
 *     (request, handle) -> {
 *       handle.state(TaskState.WORKING);
 *       handle.append("answer", request.message().text().toUpperCase());
 *       handle.state(TaskState.COMPLETED);
 *     };
 * try (var manager = RedisTaskManager.of(redis, upper);
 *     var stream = manager.onSendMessageStream(SendRequest.of(Message.ofUser("hello")))) {
 *   while (!stream.isEnded()) {
 *     stream.next(Duration.ofSeconds(15)).ifPresent(this::show);
 *   }
 * }
 * }</pre>
 *
 * <p>Promised: each thing that a processor says is stored, numbered and told in one step, or not at
 * all; nothing is taken for a task that is over; all who follow a task see the same events in the
 * same order, on any instance, and come back without a gap; a message that comes twice is worked on
 * once; work goes on when whoever asked has left; a task whose instance died fails within its lease
 * and a second, and all who follow it are told.
 */
package dev.redstart.a2a;
