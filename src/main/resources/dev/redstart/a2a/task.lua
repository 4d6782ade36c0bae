-- The beginning of the scripts of tasks, behind stream/tail.lua: put in front of the others, which
-- go on from here.
-- KEYS 1 the index of all tasks, a sorted set: when their status began, ms. The names of all other
--      keys follow from ids, as A2aKeys says; on a cluster all live in the slot of this one
--      2 a key that never exists: so nothing runs while the slot is on the move
-- ARGV 1 what the names of all keys begin with  2 what the names of channels end with
--      3 for how long things are kept, ms  4 how long the lease of a run is, ms
--      5 how many messages a history has at most  6 about how many events a task keeps
-- Returns nothing by itself. Cost O(1).
local INDEX, PREFIX, AT = KEYS[1], ARGV[1], ARGV[2]
local TTL, LEASE = tonumber(ARGV[3]), tonumber(ARGV[4])
local MESSAGES_MAX, EVENTS_MAX = ARGV[5], ARGV[6]
local RUNNING, OUTBOX = PREFIX .. 'tasks:running', PREFIX .. 'tasks:pushes'

local OVER = {COMPLETED = true, FAILED = true, CANCELED = true, REJECTED = true}
local WAITS = {INPUT_REQUIRED = true, AUTH_REQUIRED = true}

-- Times to live are renewed when they have become shorter than they have to be, and are longer by
-- this part of it: so not with every event.
local SLACK = 1 / 16

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function text(number)
  return string.format('%.0f', number)
end

-- An error if something else lies there, and whether nothing does. To be asked before anything is
-- written.
local function other(key, kind)
  local there = redis.call('TYPE', key).ok
  if there ~= kind and there ~= 'none' then
    return redis.error_reply('WRONGTYPE the key ' .. key .. ' holds a ' .. there
      .. ', and a ' .. kind .. ' of the tasks belongs there')
  end
  return nil, there == 'none'
end

local function conversation(context)
  return PREFIX .. 'conv:' .. context
end

local function key_of_message(id)
  return PREFIX .. 'msg:' .. id
end

-- The indexes that a task in this state is in.
local function indexes(context, state)
  local ours = PREFIX .. '{conv:' .. context .. '}:tasks'
  return {INDEX, ours, INDEX .. ':' .. state, ours .. ':' .. state}
end

-- What is known of a task. there: there is a record; state: the task was built, and this is its
-- state; run: who works on it; op: number and answer of the last commit, and whose it was;
-- kept: until when its keys are kept; bare: one of them has no time to live yet, or will be made.
local function load(id)
  local beside = PREFIX .. '{task:' .. id .. '}:'
  local task = {id = id, key = PREFIX .. 'task:' .. id, history = beside .. 'history',
    artifacts = beside .. 'artifacts', events = beside .. 'events',
    pushes = PREFIX .. 'push:' .. id, changes = {}}
  local none
  task.wrong = other(task.key, 'hash')
  for key, kind in pairs({history = 'list', artifacts = 'hash', events = 'stream'}) do
    local wrong, missing = other(task[key], kind)
    task.wrong, none = task.wrong or wrong, none or missing
  end
  local wrong, unpushed = other(task.pushes, 'hash')
  wrong = wrong or not unpushed and other(OUTBOX, 'zset')
  task.wrong, task.is_pushed, task.bare = task.wrong or wrong, not unpushed, none
  if task.wrong then
    return task
  end
  local facts = redis.call('HMGET', task.key, 'context', 'state', 'since', 'status', 'metadata',
    'generation', 'run', 'op', 'message', 'replied', 'kept', 'canceled', 'was')
  task.there, task.context, task.state, task.since = facts[1] ~= false, facts[1], facts[2], facts[3]
  task.status, task.metadata = facts[4] or '', facts[5] or '{}'
  task.generation = tonumber(facts[6] or 0)
  task.run, task.op, task.message, task.replied = facts[7], facts[8] or '', facts[9], facts[10]
  task.kept, task.canceled, task.was = tonumber(facts[11] or 0), facts[12], facts[13]
  return task
end

-- An error if one of the keys that a task of these states makes use of is something else.
local function misplaced(context, ...)
  local wrong = other(conversation(context), 'list') or other(RUNNING, 'zset')
    or other(OUTBOX, 'zset')
  for _, state in ipairs({...}) do
    for _, key in ipairs(state and indexes(context, state) or {}) do
      wrong = wrong or other(key, 'zset')
    end
  end
  return wrong
end

-- For `save` to write; false: to remove.
local function put(task, name, value)
  task[name] = value
  task.changes[name] = value
end

local function keep(key, at)
  if redis.call('PTTL', key) < at - now then
    redis.call('PEXPIREAT', key, text(at))
  end
end

-- The last thing that a script does with a task. A task on which somebody works is there for as
-- long as its lease, however long it is silent. `always`: it is in a set in which it was not.
local function save(task, always)
  local least, renews = now + TTL + (task.run and LEASE or 0), always or task.bare
  if renews or task.kept < least then
    put(task, 'kept', least + math.floor(TTL * SLACK))
    renews = true
  end
  local words, gone = {}, {}
  for name, value in pairs(task.changes) do
    if value then
      words[#words + 1] = name
      words[#words + 1] = type(value) == 'number' and text(value) or value
    else
      gone[#gone + 1] = name
    end
  end
  if #gone > 0 then
    redis.call('HDEL', task.key, unpack(gone))
  end
  if #words > 0 then
    redis.call('HSET', task.key, unpack(words))
  end
  if not renews then
    return
  end
  for _, key in ipairs({task.key, task.history, task.artifacts, task.events, task.pushes}) do
    redis.call('PEXPIREAT', key, text(task.kept))
  end
  keep(conversation(task.context), task.kept)
  keep(key_of_message(task.message), task.kept)
  keep(RUNNING, task.kept)
  keep(OUTBOX, task.kept)
  for _, key in ipairs(task.state and indexes(task.context, task.state) or {}) do
    keep(key, task.kept)
  end
end

local function due(task, config, at)
  if redis.call('ZADD', OUTBOX, 'NX', text(at), task.id .. '\n' .. config) == 1 then
    keep(OUTBOX, task.kept)
  end
end

-- Adds an event, and tells of it. To come before all other writes: with it Redis refuses if it has
-- no room, and nothing was changed.
local function emit(task, ...)
  local words = {'at', text(now), 'context', task.context, ...}
  local before, id = text(task.generation) .. '-0', text(task.generation + 1) .. '-0'
  local added = redis.pcall('XADD', task.events, 'MAXLEN', '~', EVENTS_MAX, id, unpack(words))
  if type(added) == 'table' then
    if string.find(added.err, 'equal or smaller', 1, true) then
      -- A stranger's entry is in the way. Who has not read the others gets the task instead.
      redis.call('DEL', task.events)
      task.bare = true
    end
    redis.call('XADD', task.events, 'MAXLEN', '~', EVENTS_MAX, id, unpack(words))
  end
  put(task, 'generation', task.generation + 1)
  tell(task.events .. AT, before, id, words)
  if task.is_pushed then
    for _, field in ipairs(redis.call('HKEYS', task.pushes)) do
      local config = string.match(field, '^config:(.*)$')
      if config then
        due(task, config, now)
      end
    end
  end
end

local function remember(key, message)
  redis.call('RPUSH', key, message)
  redis.call('LTRIM', key, '-' .. MESSAGES_MAX, -1)
end

-- Drops some members of an index whose tasks are gone, wherever they are: how many.
local function sweep(index, count)
  local length = redis.call('ZCARD', index)
  local from = time[2] % math.max(1, length - count + 1)
  local gone = {}
  for _, id in ipairs(redis.call('ZRANGE', index, from, from + count - 1)) do
    if redis.call('EXISTS', PREFIX .. 'task:' .. id) == 0 then
      gone[#gone + 1] = id
    end
  end
  if #gone > 0 then
    redis.call('ZREM', index, unpack(gone))
  end
  return #gone
end

local function move(task, state)
  local old = task.state and indexes(task.context, task.state)
  local new = indexes(task.context, state)
  for i, index in ipairs(new) do
    if old and old[i] ~= index then
      redis.call('ZREM', old[i], task.id)
    end
    redis.call('ZADD', index, text(now), task.id)
  end
  if not old then
    -- Nobody may ever list this context; what has expired must not pile up in it.
    sweep(new[2], 3)
    sweep(new[4], 3)
  end
  put(task, 'state', state)
  put(task, 'since', text(now))
end

-- Begins a task.
local function build(task, metadata)
  emit(task, 'kind', 'task', 'metadata', metadata,
    'message', redis.call('LINDEX', task.history, 0) or '')
  put(task, 'metadata', metadata)
  move(task, 'SUBMITTED')
end

local function finish(task)
  redis.call('ZREM', RUNNING, task.id)
  put(task, 'run', false)
end

-- Another status; `message` is what the agent says, or nothing; `heard` is what it was told before.
local function change(task, state, message, heard)
  emit(task, 'kind', 'status', 'state', state, 'message', message)
  if task.status ~= '' then
    remember(task.history, task.status)
  end
  if heard then
    remember(task.history, heard)
  end
  if heard or message ~= '' then
    remember(conversation(task.context), heard or message)
  end
  move(task, state)
  put(task, 'status', message)
  if OVER[state] or WAITS[state] then
    finish(task)
  end
end

-- A place to push to, from after this generation on. Another one of the same id goes on where that
-- was. An error if there are too many.
local PLACES_MAX = 32
local function add_place(task, config, json, generation)
  local name = 'state:' .. config
  local is_new = redis.call('HEXISTS', task.pushes, name) == 0
  if is_new and redis.call('HLEN', task.pushes) >= 2 * PLACES_MAX then
    return false
  end
  redis.call('HSETNX', task.pushes, name, text(generation) .. ' 0 ')
  redis.call('HSET', task.pushes, 'config:' .. config, json)
  task.is_pushed, task.bare = true, task.bare or is_new
  return true
end

-- A task as it is: context, state, since when, what the agent says, metadata, generation, whether
-- somebody works on it, messages, artifacts.
local function whole(task, messages, has_artifacts)
  local from = messages < 0 and 0 or -messages
  return {task.context, task.state, task.since, task.status, task.metadata, text(task.generation),
    task.run and 1 or 0, messages == 0 and {} or redis.call('LRANGE', task.history, text(from), -1),
    has_artifacts and redis.call('HGETALL', task.artifacts) or {}}
end
