-- Ends leases and grants new ones, in one step. First ends what the holder is done with; then looks
-- for leases that are over by themselves and for tasks whose time has come; then grants.
-- KEYS see queue.lua
-- ARGV 4 the worker's name  5 lease, ms  6 deliveries at most  7 how many tasks are wanted
--      8 'max' to take the highest scores first, else 'min'
--      9 how many leases end; then for each: id, token, and one of
--        'complete', the result (empty: none), how long it is kept, ms, how many tasks follow,
--          and these as in push.lua
--        'retry', pause, ms, attempts at most, why
--        'dead', why
--        'release'
-- Returns a letter for each lease that ended ('c' completed, 'r' retried, 'd' dead, 'x' cancelled,
-- 'b' back, 'l' it was lost before, and nothing was changed); in how many ms to ask again without
-- being woken, -1 if nothing is known to come; then for each grant: id, token, deliveries with this
-- one, attempts, the task, its checkpoint or nil.
-- Cost O(log n) for each lease, and for at most 100 that are over and 100 that are due.
local WORKER, LEASE, DELIVERIES_MAX, WANTED = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local ORDER = ARGV[8]

-- What a worker needs of the tasks that it was granted: {id, r} each.
local function reply_of(states, next_wake, granted)
  local reply, ids = {states, next_wake}, {}
  for i, each in ipairs(granted) do
    ids[i] = each.id
  end
  if #ids == 0 then
    return reply
  end
  local tasks, noted = redis.call('HMGET', TASKS, unpack(ids)), redis.call('EXISTS', NOTES) == 1
  for i, each in ipairs(granted) do
    local r, at = each.r, 2 + 6 * (i - 1)
    reply[at + 1], reply[at + 2], reply[at + 3] = each.id, r.token, tostring(r.deliveries)
    reply[at + 4], reply[at + 5] = tostring(r.attempts), tasks[i]
    reply[at + 6] = noted and redis.call('HGET', NOTES, 'checkpoint ' .. each.id)
  end
  return reply
end

-- Grants that were lost since are left out.
if answered then
  local tokens, ids, granted = answered[2], {}, {}
  for i = 1, #tokens, 2 do
    ids[#ids + 1] = tokens[i]
  end
  for i, record in ipairs(records(ids)) do
    local r = read(record)
    if r and r.token == tokens[2 * i] then
      granted[#granted + 1] = {id = ids[i], r = r}
    end
  end
  return reply_of(answered[1], 0, granted)
end

-- ---- what the holder is done with

local position = 9
local function argument()
  position = position + 1
  return ARGV[position]
end

local function read_end()
  local ending = {id = argument(), token = argument(), verb = argument()}
  if ending.verb == 'complete' then
    ending.result, ending.ttl = argument(), tonumber(argument())
    ending.follow, position = tasks_from(position + 1, tonumber(ARGV[position + 1]))
  elseif ending.verb == 'retry' then
    ending.pause, ending.attempts_max = tonumber(argument()), tonumber(argument())
    ending.why = argument()
  elseif ending.verb == 'dead' then
    ending.why = argument()
  end
  return ending
end

local erased, follow, completed = {}, {}, 0

local function keep_result(id, result, ttl)
  redis.call('HSET', RESULTS, id, result)
  redis.call('ZADD', EXPIRING, now + ttl, id)
  for _, key in ipairs({RESULTS, EXPIRING}) do
    if redis.call('PTTL', key) < ttl then
      redis.call('PEXPIRE', key, ttl)
    end
  end
  for _, old in ipairs(redis.call('ZRANGEBYSCORE', EXPIRING, '-inf', now, 'LIMIT', 0, 20)) do
    redis.call('HDEL', RESULTS, old)
    redis.call('ZREM', EXPIRING, old)
  end
end

local function complete(ending)
  erased[#erased + 1] = ending.id
  completed = completed + 1
  if ending.result ~= '' and ending.ttl > 0 then
    keep_result(ending.id, ending.result, ending.ttl)
  end
  if #ending.follow > 0 then
    follow[#follow + 1] = ending.follow
  end
  tell('completed', ending.id, 'worker', WORKER)
  return 'c'
end

local function retry(ending, r)
  r.attempts = r.attempts + 1
  count('failed', 1)
  tell('failed', ending.id, 'attempt', r.attempts, 'error', ending.why)
  if r.attempts >= ending.attempts_max then
    bury(ending.id, r, ending.why)
    return 'd'
  end
  unlease(r)
  save(ending.id, r)
  redis.call('HSET', NOTES, 'error ' .. ending.id, ending.why)
  count('retried', 1)
  tell('retried', ending.id, 'at', text(now + ending.pause))
  place(r.seq .. ending.id, r.score, now + ending.pause)
  return 'r'
end

local function finish(ending, r)
  if r == nil or r.token ~= ending.token then
    return 'l'
  end
  redis.call('ZREM', LEASED, ending.id)
  if ending.verb == 'complete' then
    return complete(ending)
  elseif r.cancelled == '1' then
    erased[#erased + 1] = ending.id
    count('cancelled', 1)
    tell('cancelled', ending.id)
    return 'x'
  elseif ending.verb == 'retry' then
    return retry(ending, r)
  elseif ending.verb == 'dead' then
    count('failed', 1)
    tell('failed', ending.id, 'attempt', r.attempts + 1, 'error', ending.why)
    r.attempts = r.attempts + 1
    bury(ending.id, r, ending.why)
    return 'd'
  end
  -- It was not begun, so that this delivery does not count.
  r.deliveries = r.deliveries - 1
  make_ready(ending.id, r)
  tell('released', ending.id)
  return 'b'
end

local endings, ended_ids = {}, {}
for i = 1, tonumber(ARGV[9]) do
  endings[i] = read_end()
  ended_ids[i] = endings[i].id
end
local states = {}
for i, record in ipairs(records(ended_ids)) do
  states[i] = finish(endings[i], read(record))
end
erase(erased)
count('completed', completed)
for _, tasks in ipairs(follow) do
  push(tasks)
end

-- ---- what has come to its time

local function reclaim()
  local ids = redis.call('ZRANGEBYSCORE', LEASED, '-inf', now, 'LIMIT', 0, STEPS_MAX)
  if #ids == 0 then
    return 0
  end
  redis.call('ZREM', LEASED, unpack(ids))
  local cancelled = {}
  for i, record in ipairs(records(ids)) do
    local id, r = ids[i], read(record)
    if r then
      tell('expired', id, 'worker', r.worker, 'delivery', r.deliveries)
      if r.cancelled == '1' then
        cancelled[#cancelled + 1] = id
        tell('cancelled', id)
      elseif r.deliveries - r.attempts >= DELIVERIES_MAX then
        bury(id, r, 'the lease ran out in ' .. r.deliveries - r.attempts
          .. ' deliveries, the last one to "' .. r.worker .. '"')
      else
        make_ready(id, r)
      end
    end
  end
  erase(cancelled)
  count('cancelled', #cancelled)
  count('expired', #ids)
  return #ids
end

local function promote()
  local members = redis.call('ZRANGEBYSCORE', SCHEDULED, '-inf', now, 'LIMIT', 0, STEPS_MAX)
  if #members == 0 then
    return 0
  end
  redis.call('ZREM', SCHEDULED, unpack(members))
  local ids, ready = {}, {}
  for i, member in ipairs(members) do
    ids[i] = string.sub(member, 17)
  end
  for i, record in ipairs(records(ids)) do
    -- Without a record, somebody else wrote it: it is looked at when its turn comes.
    ready[2 * i - 1] = record and read(record).score or 0
    ready[2 * i] = members[i]
  end
  redis.call('ZADD', READY, unpack(ready))
  return #members
end

local moved = math.max(reclaim(), promote())

-- ---- new leases

local window_end, window_used, window_new, window_left

-- How many leases the limits of the queue allow now.
local function room()
  local limits = redis.call('HMGET', META, 'paused', 'concurrency', 'rate', 'rate_millis',
    'window', 'used')
  if limits[1] then
    return 0
  end
  local most = math.huge
  if limits[2] then
    most = limits[2] - redis.call('ZCARD', LEASED)
  end
  if limits[3] then
    window_new = (tonumber(limits[5]) or 0) + limits[4] <= now
    window_used = window_new and 0 or tonumber(limits[6])
    window_end = window_new and now + limits[4] or limits[5] + limits[4]
    window_left = limits[3] - window_used
    most = math.min(most, window_left)
  end
  return math.max(0, most)
end

local function pop(n)
  if ORDER ~= 'max' then
    return redis.call('ZPOPMIN', READY, n)
  end
  -- Not ZPOPMAX, which takes the youngest of equal scores first.
  local popped = {}
  while #popped < 2 * n do
    local top = redis.call('ZREVRANGE', READY, 0, 0, 'WITHSCORES')
    if #top == 0 then
      break
    end
    local members =
      redis.call('ZRANGEBYSCORE', READY, top[2], top[2], 'LIMIT', 0, n - #popped / 2)
    redis.call('ZREM', READY, unpack(members))
    for _, member in ipairs(members) do
      popped[#popped + 1] = member
      popped[#popped + 1] = top[2]
    end
  end
  return popped
end

local function set_aside(member, score, reason)
  local id = 'foreign:' .. redis.sha1hex(member)
  -- The same bytes once more add nothing to what is there.
  if redis.call('HEXISTS', RECORDS, id) == 0 then
    redis.call('HSET', TASKS, id, member)
    bury(id, new_record(numbers(1), score), reason)
  end
end

-- Replaces what is sound, from the longest sequences on, and looks whether anything is left.
local function is_utf8(bytes)
  for _, sequence in ipairs({'\240[\144-\191][\128-\191][\128-\191]',
      '[\241-\243][\128-\191][\128-\191][\128-\191]', '\244[\128-\143][\128-\191][\128-\191]',
      '\224[\160-\191][\128-\191]', '[\225-\236\238\239][\128-\191][\128-\191]',
      '\237[\128-\159][\128-\191]', '[\194-\223][\128-\191]'}) do
    bytes = string.gsub(bytes, sequence, ' ')
  end
  return not string.find(bytes, '[\128-\255]')
end

-- As in Task: not blank, and not too long.
local function is_id(id)
  return type(id) == 'string' and #id <= 1024 and string.find(id, '[\33-\255]') and is_utf8(id)
end

-- A member that another client wrote: a task as JSON, or nobody knows what.
local function adopt(member, score)
  local sound, task = pcall(cjson.decode, member)
  if not sound or type(task) ~= 'table' then
    set_aside(member, score, 'not a task: no JSON object')
  elseif not is_id(task.id) then
    set_aside(member, score, 'not a task: no sound id')
  elseif redis.call('HEXISTS', RECORDS, task.id) == 1 then
    set_aside(member, score, 'a task with the id ' .. task.id .. ' is in the queue')
  else
    local r = new_record(numbers(1), score)
    redis.call('HSET', TASKS, task.id, member)
    save(task.id, r)
    return task.id, r
  end
end

local taken = {}

-- Takes up to n tasks to be granted. False when there was nothing left to look at.
local function take(n)
  local popped, ids = pop(n), {}
  for i = 1, #popped, 2 do
    ids[#ids + 1] = string.sub(popped[i], 17)
  end
  for i, record in ipairs(records(ids)) do
    local member, id, r = popped[2 * i - 1], ids[i], read(record)
    if not r or r.seq .. id ~= member then
      id, r = adopt(member, popped[2 * i])
    end
    if id then
      taken[#taken + 1] = {id = id, r = r}
    end
  end
  return #ids == n
end

local open = room()
local wanted = math.min(WANTED, open, STEPS_MAX)
local looks = 0
while #taken < wanted and looks < STEPS_MAX and take(wanted - #taken) do
  looks = looks + 1
end

local granted = {}
if #taken > 0 then
  local token, leases, leased = numbers(#taken), {}, {}
  for i, each in ipairs(taken) do
    local r = each.r
    r.token, r.worker, r.deliveries = text(token + i - 1), WORKER, r.deliveries + 1
    leases[2 * i - 1], leases[2 * i] = now + LEASE, each.id
    leased[2 * i - 1], leased[2 * i] = each.id, write(r)
    granted[2 * i - 1], granted[2 * i] = each.id, r.token
    tell('started', each.id, 'worker', WORKER, 'delivery', r.deliveries)
  end
  redis.call('ZADD', LEASED, unpack(leases))
  redis.call('HSET', RECORDS, unpack(leased))
  if window_end then
    redis.call('HSET', META, 'used', window_used + #taken)
    if window_new then
      redis.call('HSET', META, 'window', text(now))
    end
  end
end

-- ---- when to come again

local function first(key)
  return tonumber(redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]) or math.huge
end

local left = redis.call('ZCARD', READY)
local next_wake = -1
if #taken < WANTED then
  local at = math.min(first(SCHEDULED), first(LEASED))
  if moved == STEPS_MAX or (left > 0 and #taken < wanted) then
    at = now
  elseif left > 0 and window_end and window_left <= #taken then
    at = math.min(at, window_end)
  end
  next_wake = at < math.huge and math.max(0, at - now) or -1
end
-- Who wants nothing passes the word on to who may wait for what is scheduled.
if (left > 0 and open > #taken) or (WANTED == 0 and redis.call('ZCARD', SCHEDULED) > 0) then
  wake()
end

local letters = table.concat(states)
if #granted > 0 or string.find(letters, '[^l]') then
  remember({letters, granted})
end
return reply_of(letters, next_wake, taken)
