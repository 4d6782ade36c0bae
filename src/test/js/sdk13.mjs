// Drives @a2a-js/sdk 1.3: node sdk13.mjs URL JSONRPC|HTTP+JSON
import {
  AgentCard,
  ListTasksRequest,
  SendMessageRequest,
  StreamResponse,
  Task,
  TaskPushNotificationConfig,
  taskStateToJSON,
} from 'a2a-13';
import {
  ClientFactory,
  ClientFactoryOptions,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
  RestTransportFactory,
} from 'a2a-13/client';
import { run } from './scenario.mjs';

const [url, binding] = process.argv.slice(2);
const isRpc = binding === 'JSONRPC';
const transport = isRpc ? new JsonRpcTransportFactory() : new RestTransportFactory();
const sdk = await new ClientFactory({
  ...ClientFactoryOptions.default,
  transports: [transport],
}).createFromUrl(url);

const text = (parts) => parts.map((part) => part.content?.value).join('');
const stateOf = (status) =>
  taskStateToJSON(status.state).replace('TASK_STATE_', '').replace('_', '-').toLowerCase();
const said = (message) => (message ? text(message.parts) : '');
const words = (status) => `${stateOf(status)} ${said(status.message)}`.trim();

function taskOf(task) {
  const state = stateOf(task.status);
  return { ...task, state, word: `task ${state}`, task };
}

function heard({ payload }) {
  const { $case: kind, value } = payload;
  if (kind === 'task') return taskOf(value);
  if (kind === 'message') return { word: `message ${text(value.parts)}` };
  if (kind === 'statusUpdate') return { word: words(value.status) };
  const { artifact, append, lastChunk } = value;
  return { word: `${append ? '+' : '='}${text(artifact.parts)}${lastChunk ? '.' : ''}` };
}

function config(taskId, { id, url, token, scheme, credentials }) {
  const authentication = scheme && { scheme, credentials };
  return TaskPushNotificationConfig.fromJSON({ taskId, id, url, token, authentication });
}

function request(said, { task, contextId, isImmediate, push } = {}) {
  return SendMessageRequest.fromJSON({
    message: {
      messageId: crypto.randomUUID(),
      role: 'ROLE_USER',
      parts: said === null ? [] : [{ text: said }],
      taskId: task?.id,
      contextId: task?.contextId ?? contextId,
    },
    configuration: {
      returnImmediately: isImmediate,
      taskPushNotificationConfig: push && TaskPushNotificationConfig.toJSON(config('', push)),
    },
  });
}

async function* all(events) {
  for await (const event of events) yield heard(event);
}

await run({
  async card() {
    const card = AgentCard.toJSON(await new DefaultAgentCardResolver().resolve(url));
    const { streaming, pushNotifications } = card.capabilities;
    return { name: card.name, streams: streaming, pushes: pushNotifications };
  },
  extendedCard: async () => (await sdk.getAgentCard()).skills.map((skill) => skill.id),
  async send(said, options) {
    const result = await sdk.sendMessage(request(said, options));
    return 'status' in result ? taskOf(result) : { word: `message ${text(result.parts)}` };
  },
  stream: (said, options) => all(sdk.sendMessageStream(request(said, options))),
  get: async (id, historyLength) => taskOf(await sdk.getTask({ tenant: '', id, historyLength })),
  async list({ contextId, pageSize, token, state }) {
    const status = state && `TASK_STATE_${state.toUpperCase()}`;
    const page = await sdk.listTasks(
      ListTasksRequest.fromJSON({ contextId, pageSize, pageToken: token, status }));
    const tasks = page.tasks.map((task) => taskOf(task).word);
    return { words: tasks, total: page.totalSize, token: page.nextPageToken };
  },
  cancel: async (id) => taskOf(await sdk.cancelTask({ tenant: '', id, metadata: undefined })),
  subscribe: (id) => all(sdk.resubscribeTask({ tenant: '', id })),
  setPush: (taskId, place) => sdk.createTaskPushNotificationConfig(config(taskId, place)),
  getPush: (taskId, id) => sdk.getTaskPushNotificationConfig({ tenant: '', taskId, id }),
  async listPush(taskId) {
    const all = { tenant: '', taskId, pageSize: 0, pageToken: '' };
    return (await sdk.listTaskPushNotificationConfig(all)).configs;
  },
  deletePush: (taskId, id) => sdk.deleteTaskPushNotificationConfig({ tenant: '', taskId, id }),
  place({ id, url, token, authentication: { scheme, credentials } }, expected) {
    return [id, url === expected, token, scheme, credentials].join(' ');
  },
  summary: (task) => ({
    state: words(task.status),
    artifacts: task.artifacts.map((it) => `${it.name}: ${text(it.parts)}`),
    history: task.history.map((it) => text(it.parts)),
  }),
  pushed: (body) => (body ? heard(StreamResponse.fromJSON(body)).word.replace(/ Done\.$/, '') : ''),
});
