// What is done with each official client, in words that are the same for all of them. Each step is
// printed as a line of JSON: its name, and what came of it.
import http from 'node:http';

/** Takes pushes, and remembers them. */
async function receiver() {
  const pushes = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (data) => (body += data));
    request.on('end', () => {
      pushes.push({
        authorization: request.headers.authorization,
        token: request.headers['x-a2a-notification-token'],
        type: request.headers['content-type'],
        body: JSON.parse(body),
      });
      response.end();
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${server.address().port}/hook`;
  return { url, pushes, close: () => server.close() };
}

async function until(condition, what) {
  const end = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((passed) => setTimeout(passed, 10));
  }
}

async function step(name, work) {
  let outcome;
  try {
    outcome = await work();
  } catch (error) {
    // Which error of the protocol the client took it for; where it has no name for it, the code.
    const name = error.constructor.name.replace(/^(JsonRpc|Rest)|JSONRPC(?=Error)/, '');
    outcome = { error: /Code: (-\d+)/.exec(error.message)?.[1] ?? name };
  }
  console.log(JSON.stringify({ name, outcome: outcome ?? null }));
  return outcome;
}

async function collect(events, onFirst) {
  const words = [];
  for await (const event of events) {
    words.push(event.word);
    if (words.length === 1 && onFirst) await onFirst(event);
  }
  return words;
}

/** A client: see sdk13.mjs and sdk03.mjs. */
export async function run(client) {
  await step('card', () => client.card());
  await step('extended card', () => client.extendedCard());

  await step('send', async () => (await client.send('Hello, WORLD')).word);
  let task;
  await step('stream', () =>
    collect(client.stream('One TWO three'), (event) => (task = event.task)));
  await step('get', async () => client.summary(await client.get(task.id)));
  await step('get without history', async () => client.summary(await client.get(task.id, 0)));
  await step('get with some history', async () => client.summary(await client.get(task.id, 2)));

  const asked = await client.send('ask');
  await step('ask', () => asked.word);
  await step('ask again', async () => (await client.send('ask', { task: asked.task })).word);
  const said = await client.send('Yes PLEASE', { task: asked.task });
  await step('answer', () => client.summary(said.task));
  await step('fail', async () => (await client.send('fail')).word);

  const slow = await client.send('slow', { isImmediate: true });
  await step('send immediately', () => /^task (submitted|working)$/.test(slow.word));
  await until(async () => (await client.get(slow.task.id)).state !== 'submitted', 'it works');
  let canceled;
  await step('subscribe', () =>
    collect(client.subscribe(slow.task.id), async () => {
      canceled = await client.cancel(slow.task.id);
    }),
  );
  await step('cancel', () => canceled.word);
  await step('get what was canceled', async () => (await client.get(slow.task.id)).word);

  await lists(client);
  await pushes(client);
  await errors(client, task);
}

async function lists(client) {
  if (!client.list) return;
  const first = await client.send('ask');
  const { contextId } = first.task;
  for (let i = 0; i < 2; i++) {
    await collect(client.stream(`Number ${i}`, { contextId }));
  }
  await step('list', async () => {
    const words = [];
    let page = { token: '' };
    do {
      page = await client.list({ contextId, pageSize: 2, token: page.token });
      words.push({ size: page.words.length, total: page.total, hasMore: page.token !== '' });
      words.push(...page.words);
    } while (page.token !== '');
    return words;
  });
  await step('list by state', async () =>
    (await client.list({ contextId, pageSize: 10, token: '', state: 'completed' })).total);
}

async function pushes(client) {
  const { url, pushes: came, close } = await receiver();
  const place = { id: 'p1', url, token: 'to-ken', scheme: 'Bearer', credentials: 'cre-dentials' };
  const { task } = await client.send('ask');
  await step('push set', async () => client.place(await client.setPush(task.id, place), url));
  await step('push get', async () => client.place(await client.getPush(task.id, 'p1'), url));
  await client.setPush(task.id, { ...place, id: 'p2' });
  await step('push list', async () => {
    const all = await client.listPush(task.id);
    return all.map((it) => client.place(it, url));
  });
  await step('push delete', () => client.deletePush(task.id, 'p2'));
  await step('push delete again', () => client.deletePush(task.id, 'p2'));
  await step('push list after that', async () => (await client.listPush(task.id)).length);
  await client.send('Now', { task });
  await until(() => client.pushed(came.at(-1)?.body).endsWith('completed'), 'pushes');
  await step('pushes', () => {
    const headers = new Set(came.map((it) => [it.authorization, it.token, it.type].join('; ')));
    return { last: client.pushed(came.at(-1).body), headers: [...headers] };
  });
  came.length = 0;
  await collect(client.stream('Later', { push: place }));
  await until(() => client.pushed(came.at(-1)?.body).endsWith('completed'), 'pushes of a message');
  await step('pushes of a message', () => client.pushed(came.at(-1).body));
  close();
}

async function errors(client, over) {
  await step('get nobody', () => client.get('nobody'));
  await step('cancel nobody', () => client.cancel('nobody'));
  await step('cancel what is over', () => client.cancel(over.id));
  await step('subscribe to nobody', () => collect(client.subscribe('nobody')));
  await step('subscribe to what is over', () => collect(client.subscribe(over.id)));
  await step('send to nobody', () => client.send('Hi', { task: { id: 'nobody' } }));
  await step('send to what is over', () => client.send('Hi', { task: over }));
  await step('stream to what is over', () => collect(client.stream('Hi', { task: over })));
  await step('send nothing', () => client.send(null));
  await step('push get nothing', () => client.getPush(over.id, 'nothing'));
  const nowhere = { id: 'p', url: 'ftp://localhost/' };
  await step('push to nowhere', () => client.setPush(over.id, nowhere));
}
