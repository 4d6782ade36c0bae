/**
 * Queues, streams, events, messages, agents and A2A tasks on Redis, one package per room.
 *
 * <p>Start with {@link dev.redstart.redis}, the client that every other room stands on, and {@link
 * dev.redstart.json}, the values that go through it.
 */
module dev.redstart {
  requires static java.net.http;
  requires jdk.httpserver;

  exports dev.redstart.a2a;
  exports dev.redstart.agent;
  exports dev.redstart.http;
  exports dev.redstart.event;
  exports dev.redstart.json;
  exports dev.redstart.message;
  exports dev.redstart.orchestration;
  exports dev.redstart.queue;
  exports dev.redstart.redis;
  exports dev.redstart.resp;
  exports dev.redstart.stream;
}
