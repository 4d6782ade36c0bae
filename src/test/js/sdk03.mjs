// Drives @a2a-js/sdk 0.3: node sdk03.mjs URL
import { ClientFactory, DefaultAgentCardResolver } from 'a2a-03/client';
import { run } from './scenario.mjs';

const [url] = process.argv.slice(2);
const sdk = await new ClientFactory().createFromUrl(url);

const text = (parts) => parts.map((part) => part.text).join('');
const said = (message) => (message ? text(message.parts) : '');
const words = ({ state, message }) => `${state} ${said(message)}`.trim();

function taskOf(task) {
  const { state } = task.status;
  return { ...task, state, word: `task ${state}`, task };
}

const piece = ({ artifact, append, lastChunk }) =>
  `${append ? '+' : '='}${text(artifact.parts)}${lastChunk ? '.' : ''}`;

function heard(event) {
  switch (event.kind) {
    case 'task':
      return taskOf(event);
    case 'message':
      return { word: `message ${text(event.parts)}` };
    case 'status-update':
      return { word: words(event.status) + (event.final ? ' (final)' : '') };
    default:
      return { word: piece(event) };
  }
}

function config({ id, url, token, scheme, credentials }) {
  return { id, url, token, authentication: scheme && { schemes: [scheme], credentials } };
}

function params(said, { task, contextId, isImmediate, push } = {}) {
  return {
    message: {
      kind: 'message',
      messageId: crypto.randomUUID(),
      role: 'user',
      parts: said === null ? [] : [{ kind: 'text', text: said }],
      taskId: task?.id,
      contextId: task?.contextId ?? contextId,
    },
    configuration: { blocking: !isImmediate, pushNotificationConfig: push && config(push) },
  };
}

async function* all(events) {
  for await (const event of events) yield heard(event);
}

await run({
  async card() {
    const card = await new DefaultAgentCardResolver().resolve(url);
    const { streaming, pushNotifications } = card.capabilities;
    return { name: card.name, streams: streaming, pushes: pushNotifications };
  },
  extendedCard: async () => (await sdk.getAgentCard()).skills.map((skill) => skill.id),
  send: async (said, options) => heard(await sdk.sendMessage(params(said, options))),
  stream: (said, options) => all(sdk.sendMessageStream(params(said, options))),
  get: async (id, historyLength) => taskOf(await sdk.getTask({ id, historyLength })),
  cancel: async (id) => taskOf(await sdk.cancelTask({ id })),
  subscribe: (id) => all(sdk.resubscribeTask({ id })),
  setPush: (taskId, place) =>
    sdk.setTaskPushNotificationConfig({ taskId, pushNotificationConfig: config(place) }),
  getPush: (taskId, id) =>
    sdk.getTaskPushNotificationConfig({ id: taskId, pushNotificationConfigId: id }),
  listPush: (taskId) => sdk.listTaskPushNotificationConfig({ id: taskId }),
  deletePush: (taskId, id) =>
    sdk.deleteTaskPushNotificationConfig({ id: taskId, pushNotificationConfigId: id }),
  place({ pushNotificationConfig: it }, url) {
    const { schemes, credentials } = it.authentication;
    return [it.id, it.url === url, it.token, ...schemes, credentials].join(' ');
  },
  summary: (task) => ({
    state: words(task.status),
    artifacts: task.artifacts?.map((it) => `${it.name}: ${text(it.parts)}`) ?? [],
    history: task.history?.map((it) => text(it.parts)) ?? [],
  }),
  pushed: (body) => (body ? heard(body).word : ''),
});
