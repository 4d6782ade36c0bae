-- The beginning of the scripts of a queue: put in front of the others, which go on from here.
-- KEYS 1-13 the queue's keys, in the order of QueueKeys.all()
-- ARGV 1 the request's line  2 its number in the line  3 about how many events are kept; behind a
--      space, for how long a queue without tasks is kept, ms (nothing: for ever)
-- Returns, for a request that changed something before, what was returned then, and changes
-- nothing; an error for one that came too late. Cost O(1) for what every script does.
local READY, SCHEDULED, LEASED, DEAD = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local TASKS, RECORDS, NOTES, META = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local WAKE, EVENTS, RESULTS, EXPIRING, REQUESTS = KEYS[9], KEYS[10], KEYS[11], KEYS[12], KEYS[13]
local LINE, NUMBER = ARGV[1], ARGV[2]
local EVENTS_MAX, EXPIRY = string.match(ARGV[3], '^(%d+) ?(%d*)$')

-- The most that any loop does in one call: nobody else is served meanwhile.
local STEPS_MAX = 100
-- How long the line of a client that is silent is remembered, ms: longer than any deadline.
local SILENCE_MAX = 3600000

-- Fails before anything is changed if a key holds something else: the user's at any time, the
-- others when the queue is new.
local waiting = redis.call('ZCARD', READY)
if redis.call('TYPE', META).ok ~= 'hash' then
  for i, kind in ipairs({'zset', 'zset', 'zset', 'zset', 'hash', 'hash', 'hash', 'hash', 'list',
      'stream', 'hash', 'zset', 'hash'}) do
    local found = redis.call('TYPE', KEYS[i]).ok
    if found ~= kind and found ~= 'none' then
      return redis.error_reply('WRONGTYPE ' .. KEYS[i] .. ' holds a ' .. found)
    end
  end
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function text(number)
  return string.format('%.0f', number)
end

-- What this request returned when it was executed.
local answered
local before = redis.call('HGET', REQUESTS, LINE)
if before then
  local number, _, reply = string.match(before, '^(%d+) (%d+) (.*)$')
  if number == NUMBER then
    answered = cmsgpack.unpack(reply)
  elseif tonumber(number) > tonumber(NUMBER) then
    return redis.error_reply('STALE a later request of its line came first: this was ignored')
  end
end

-- Now and then a few lines are looked at, so that those of clients that are gone do not pile up.
local function remember(reply)
  redis.call('HSET', REQUESTS, LINE, NUMBER .. ' ' .. text(now) .. ' ' .. cmsgpack.pack(reply))
  if NUMBER % 32 == 1 then
    local some = redis.call('HRANDFIELD', REQUESTS, 4, 'WITHVALUES')
    for i = 1, #some, 2 do
      if now - string.match(some[i + 1], '^%d+ (%d+)') > SILENCE_MAX then
        redis.call('HDEL', REQUESTS, some[i])
      end
    end
  end
end

-- Of n numbers that were never given out before, the first. They begin with the clock, so that this
-- holds for a queue that was cleared, too.
local function numbers(n)
  local last = redis.call('HINCRBY', META, 'last', n)
  if last == n then
    last = redis.call('HINCRBY', META, 'last', text(time[1] * 1000000 + time[2]))
  end
  return last - n + 1
end

local function count(what, n)
  if n > 0 then
    redis.call('HINCRBY', META, what, n)
  end
end

local function tell(event, id, ...)
  if EVENTS_MAX ~= '0' then
    redis.call('XADD', EVENTS, 'MAXLEN', '~', EVENTS_MAX, '*', 'event', event, 'id', id, ...)
  end
end

local function wake()
  if redis.call('LLEN', WAKE) == 0 then
    -- It only makes things faster: no reason to fail when Redis is full.
    redis.pcall('RPUSH', WAKE, '1')
  end
end

-- A task keeps the queue for ever, whatever state it is in. Without any, the keys that there are
-- then live on for the same time; the results have times of their own.
local function keep()
  if EXPIRY == '' then
    return
  end
  local is_empty = redis.call('EXISTS', READY, SCHEDULED, LEASED, DEAD) == 0
  for _, key in ipairs({META, WAKE, EVENTS, REQUESTS}) do
    if is_empty then
      redis.call('PEXPIRE', key, EXPIRY)
    else
      redis.call('PERSIST', key)
    end
  end
end

-- What is known of a task: token is that of the lease under which it is, '0' when it is under none,
-- and comes first, so that a lease is checked without reading the rest; seq, 16 hexadecimal digits,
-- and score decide on its turn.
local RECORD = '^(%d+) (%d+) (%d+) ([01]) (%x+) (%S+) (.*)$'

local function read(record)
  if not record then
    return nil
  end
  local r = {}
  r.token, r.deliveries, r.attempts, r.cancelled, r.seq, r.score, r.worker =
    string.match(record, RECORD)
  return r
end

local function write(r)
  return r.token .. ' ' .. r.deliveries .. ' ' .. r.attempts .. ' ' .. r.cancelled .. ' ' .. r.seq
    .. ' ' .. r.score .. ' ' .. r.worker
end

local function new_record(seq, score)
  return '0 0 0 0 ' .. seq .. ' ' .. score .. ' '
end

local function hex(seq)
  return string.format('%016x', seq)
end

local function save(id, r)
  redis.call('HSET', RECORDS, id, write(r))
end

local function records(ids)
  return #ids > 0 and redis.call('HMGET', RECORDS, unpack(ids)) or {}
end

-- The lease of a task is over, one way or another.
local function unlease(r)
  r.token, r.worker = '0', ''
end

local function make_ready(id, r)
  unlease(r)
  save(id, r)
  redis.call('ZADD', READY, r.score, r.seq .. id)
end

-- Puts a task that is in no other set to the dead letters.
local function bury(id, r, reason)
  unlease(r)
  save(id, r)
  redis.call('ZADD', DEAD, now, id)
  redis.call('HSET', NOTES, 'error ' .. id, reason)
  count('dead', 1)
  tell('dead', id, 'reason', reason)
end

-- Forgets tasks that are in no set any more.
local function erase(ids)
  if #ids > 0 then
    redis.call('HDEL', TASKS, unpack(ids))
    redis.call('HDEL', RECORDS, unpack(ids))
    if redis.call('EXISTS', NOTES) == 1 then
      for _, id in ipairs(ids) do
        redis.call('HDEL', NOTES, 'error ' .. id, 'progress ' .. id, 'checkpoint ' .. id)
      end
    end
  end
end

-- The time from which a task may run: ms, or '+' and ms from now, or '' for at once.
local function due(at)
  if string.sub(at, 1, 1) == '+' then
    return now + tonumber(string.sub(at, 2))
  end
  return tonumber(at) or now
end

-- Puts a task that is in no set to its place.
local function place(member, score, at)
  if at > now then
    redis.call('ZADD', SCHEDULED, at, member)
    if redis.call('ZRANGE', SCHEDULED, 0, 0)[1] == member then
      wake()
    end
  else
    redis.call('ZADD', READY, score, member)
  end
end

-- Tasks under a lease and dead letters stay as they are.
local function push_again(id, r, score, at, json)
  if r.token ~= '0' then
    return 'l'
  elseif redis.call('ZSCORE', DEAD, id) then
    return 'd'
  end
  local member = r.seq .. id
  redis.call('ZREM', READY, member)
  redis.call('ZREM', SCHEDULED, member)
  r.score = score
  redis.call('HSET', TASKS, id, json)
  save(id, r)
  wake()
  place(member, score, due(at))
  tell('rescored', id, 'score', score)
  return 's'
end

-- Adds n tasks with different ids that stand in ARGV from a position on: id, score, time and JSON
-- of each. For each: 'a' added, 's' re-scored, 'l' under a lease, 'd' dead.
local function push(first, n)
  local ids, states, ready, added, new = {}, {}, {}, {}, {}
  for i = 1, n do
    ids[i] = ARGV[first + 4 * (i - 1)]
  end
  local seconds = string.format('%.3f', now / 1000)
  local next_seq
  for i, known in ipairs(records(ids)) do
    local id, position = ids[i], first + 4 * (i - 1)
    local score, at, json = ARGV[position + 1], ARGV[position + 2], ARGV[position + 3]
    if score == '' then
      score = seconds
    end
    if known then
      states[i] = push_again(id, read(known), score, at, json)
    else
      next_seq = next_seq or numbers(n)
      local seq, time = hex(next_seq), at == '' and now or due(at)
      next_seq = next_seq + 1
      if time > now then
        place(seq .. id, score, time)
      else
        local k = #ready
        ready[k + 1], ready[k + 2] = score, seq .. id
      end
      local k = #added
      added[k + 1], added[k + 2] = id, json
      new[k + 1], new[k + 2] = id, new_record(seq, score)
      states[i] = 'a'
      tell('pushed', id, 'score', score)
    end
  end
  if #ready > 0 then
    redis.call('ZADD', READY, unpack(ready))
  end
  if #added > 0 then
    redis.call('HSET', TASKS, unpack(added))
    redis.call('HSET', RECORDS, unpack(new))
    count('pushed', #added / 2)
  end
  if redis.call('ZCARD', READY) > waiting then
    wake()
  end
  return table.concat(states)
end

