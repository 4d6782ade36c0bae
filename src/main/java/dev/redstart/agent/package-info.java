/**
 * Agents that answer the messages of a session, on whatever instance has time for it.
 *
 * <p>Start with {@link dev.redstart.agent.Agents}: it takes questions and tasks, and runs an {@link
 * dev.redstart.agent.Agent} on those that come. Built in are the {@link
 * dev.redstart.agent.EchoAgent}, which needs no network, and the {@link
 * dev.redstart.agent.ChatAgent} for OpenAI-compatible services.
 *
 * <pre>{@code
 * var agents = Agents.of(redis, store);
 * try (var worker = agents.start(EchoAgent.create())) {
 *   var answer = agents.ask("session_001", "Hello");
 *   // store.subscribe("session_001", answer.id(), "0") follows it
 * }
 * }</pre>
 *
 * <p>Promised: a question that was taken is answered by one instance at a time, and the answer has
 * one end, whoever dies. The answers of one session come one after the other, in the order of their
 * questions. Whoever follows an answer, or ceases to, has no influence on it; {@link
 * dev.redstart.agent.Agents#cancel} has, from any instance, within a second.
 */
package dev.redstart.agent;
