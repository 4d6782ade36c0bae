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
local WORKER, LEASE, DELIVERIES_MAX = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local WANTED, ORDER = tonumber(ARGV[7]), ARGV[8]

-- No more than this, and one task, is granted at once: a client has to have room for the reply.
local REPLY_BYTES_MAX = 4194304

local noted = redis.call('EXISTS', NOTES) == 1

-- What a handler needs: the task and its checkpoint, if there is one; and how large they are.
local function load(id)
  local task = redis.call('HGET', TASKS, id) or ''
  local checkpoint = noted and redis.call('HGET', NOTES, 'checkpoint ' .. id)
  return {task, checkpoint}, #task + (checkpoint and #checkpoint or 0)
end

-- Of each grant, granted has id, token, deliveries, attempts; loaded what `load` returned.
local function reply_of(states, next_wake, granted, loaded)
  local reply = {states, next_wake}
  for i, parts in ipairs(loaded) do
    local from, to = 4 * (i - 1), 2 + 6 * (i - 1)
    for k = 1, 4 do
      reply[to + k] = granted[from + k]
    end
    reply[to + 5], reply[to + 6] = parts[1], parts[2]
  end
  return reply
end

-- Whether the task is under this lease.
local function is_held(record, token)
  return record and string.sub(record, 1, #token + 1) == token .. ' '
end

-- Grants that were lost since are left out.
if answered then
  local all, ids, granted, loaded = answered[2], {}, {}, {}
  for i = 1, #all, 4 do
    ids[#ids + 1] = all[i]
  end
  for i, record in ipairs(records(ids)) do
    if is_held(record, all[4 * i - 2]) then
      for k = 4 * i - 3, 4 * i do
        granted[#granted + 1] = all[k]
      end
      loaded[#loaded + 1] = load(ids[i])
    end
  end
  return reply_of(answered[1], 0, granted, loaded)
end

-- ---- what the holder is done with

local ended, erased, completed = {}, {}, 0

local results, expiries, results_ttl = {}, {}, 0

local function keep_result(id, result, ttl)
  local k = #results
  results[k + 1], results[k + 2] = id, result
  expiries[k + 1], expiries[k + 2] = text(now + ttl), id
  results_ttl = math.max(results_ttl, ttl)
end

-- Forgets more than it adds, if there is so much that is over.
local function keep_results()
  redis.call('HSET', RESULTS, unpack(results))
  redis.call('ZADD', EXPIRING, unpack(expiries))
  for _, key in ipairs({RESULTS, EXPIRING}) do
    if redis.call('PTTL', key) < results_ttl then
      redis.call('PEXPIRE', key, results_ttl)
    end
  end
  local old = redis.call('ZRANGEBYSCORE', EXPIRING, '-inf', now, 'LIMIT', 0, #results + 20)
  if #old > 0 then
    redis.call('HDEL', RESULTS, unpack(old))
    redis.call('ZREM', EXPIRING, unpack(old))
  end
end

-- In ARGV, the lease that ends stands at a position: id, token, verb, and what belongs to that.
local function complete(id, at)
  erased[#erased + 1] = id
  completed = completed + 1
  local result, ttl = ARGV[at + 3], ARGV[at + 4]
  if result ~= '' and ttl ~= '0' then
    keep_result(id, result, tonumber(ttl))
  end
  tell('completed', id, 'worker', WORKER)
  return 'c'
end

local function die(id, r, why)
  r.attempts = r.attempts + 1
  count('failed', 1)
  tell('failed', id, 'attempt', r.attempts, 'error', why)
  bury(id, r, why)
  return 'd'
end

local function retry(id, r, pause, attempts_max, why)
  if r.attempts + 1 >= attempts_max then
    return die(id, r, why)
  end
  r.attempts = r.attempts + 1
  count('failed', 1)
  tell('failed', id, 'attempt', r.attempts, 'error', why)
  unlease(r)
  save(id, r)
  redis.call('HSET', NOTES, 'error ' .. id, why)
  count('retried', 1)
  tell('retried', id, 'at', text(now + pause))
  place(r.seq .. id, r.score, now + pause)
  return 'r'
end

local function finish(id, at, record)
  local verb = ARGV[at + 2]
  if verb == 'complete' then
    return complete(id, at)
  end
  local r = read(record)
  if r.cancelled == '1' then
    erased[#erased + 1] = id
    count('cancelled', 1)
    tell('cancelled', id)
    return 'x'
  elseif verb == 'retry' then
    return retry(id, r, tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4]), ARGV[at + 5])
  elseif verb == 'dead' then
    return die(id, r, ARGV[at + 3])
  end
  -- It was not begun, so that this delivery does not count.
  r.deliveries = r.deliveries - 1
  make_ready(id, r)
  tell('released', id)
  return 'b'
end

-- How many arguments come after a verb; behind those of 'complete' stand the tasks that follow.
local LENGTHS = {complete = 3, retry = 3, dead = 1, release = 0}
local ids, positions, position = {}, {}, 10
for i = 1, tonumber(ARGV[9]) do
  ids[i], positions[i] = ARGV[position], position
  local verb = ARGV[position + 2]
  position = position + 3 + LENGTHS[verb]
  if verb == 'complete' then
    position = position + 4 * ARGV[position - 1]
  end
end
local known = records(ids)
for i, id in ipairs(ids) do
  if is_held(known[i], ARGV[positions[i] + 1]) then
    ended[#ended + 1] = id
  else
    known[i] = false
  end
end
-- The first write: Redis allows it when its memory is full, and all that follow then.
if #ended > 0 then
  redis.call('ZREM', LEASED, unpack(ended))
end
local states = {}
for i, id in ipairs(ids) do
  states[i] = known[i] and finish(id, positions[i], known[i]) or 'l'
end
if #results > 0 then
  keep_results()
end
erase(erased)
count('completed', completed)
for i, state in ipairs(states) do
  local follow = state == 'c' and ARGV[positions[i] + 5] or '0'
  if follow ~= '0' then
    push(positions[i] + 6, tonumber(follow))
  end
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
  local limits = redis.call('HMGET', META, 'paused', 'concurrency', 'rate')
  if limits[1] then
    return 0
  end
  local most = math.huge
  if limits[2] then
    most = limits[2] - redis.call('ZCARD', LEASED)
  end
  if limits[3] then
    local window = redis.call('HMGET', META, 'rate_millis', 'window', 'used')
    window_new = (tonumber(window[2]) or 0) + window[1] <= now
    window_used = window_new and 0 or tonumber(window[3])
    window_end = window_new and now + window[1] or window[2] + window[1]
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

-- What was popped: ids, and records as they were.
local taken, found = {}, {}

-- Takes up to n tasks to be granted. False when there was nothing left to look at.
local function take(n)
  local popped, ids = pop(n), {}
  for i = 1, #popped, 2 do
    ids[#ids + 1] = string.sub(popped[i], 17)
  end
  for i, record in ipairs(records(ids)) do
    local id, member = ids[i], popped[2 * i - 1]
    -- A task that waits, at its own place.
    local seq = record and string.match(record, '^0 %d+ %d+ [01] (%x+) ')
    if seq ~= string.sub(member, 1, 16) then
      id, record = adopt(member, popped[2 * i])
    end
    if id then
      taken[#taken + 1], found[#found + 1] = id, record
    end
  end
  return #ids == n
end

local open = room()
local wanted = math.min(WANTED, open, STEPS_MAX)
local looked, more = 0, true
while more and #taken < wanted and looked < STEPS_MAX do
  local n = math.min(wanted - #taken, STEPS_MAX - looked)
  more, looked = take(n), looked + n
end

-- What would make the reply too large goes back to its place.
local loaded, bytes = {}, 0
for i, id in ipairs(taken) do
  if bytes < REPLY_BYTES_MAX then
    local parts, size = load(id)
    loaded[i], bytes = parts, bytes + size
  else
    make_ready(id, read(found[i]))
    taken[i] = nil
  end
end

local granted = {}
if #taken > 0 then
  local token, over, leases, leased = numbers(#taken) - 1, text(now + LEASE), {}, {}
  for i, id in ipairs(taken) do
    local deliveries, rest, attempts = string.match(found[i], '^0 (%d+)( (%d+).*)$')
    local mine, delivery = text(token + i), tostring(deliveries + 1)
    leases[2 * i - 1], leases[2 * i] = over, id
    leased[2 * i - 1], leased[2 * i] = id, mine .. ' ' .. delivery .. rest .. WORKER
    local k = 4 * (i - 1)
    granted[k + 1], granted[k + 2], granted[k + 3], granted[k + 4] = id, mine, delivery, attempts
    tell('started', id, 'worker', WORKER, 'delivery', delivery)
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
keep()
return reply_of(letters, next_wake, granted, loaded)
