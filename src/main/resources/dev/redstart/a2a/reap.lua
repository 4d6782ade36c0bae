-- Looks for runs whose leases are over. What they did not build is forgotten, with the message;
-- what they did build is for the caller to end. Some of what has expired is dropped from the
-- indexes.
-- KEYS, ARGV 1-6 see task.lua
-- ARGV 7 of how many runs at most
-- Returns in how many ms to look again, and for each that is to be ended: the task's id, its
-- context, the run's token. May be repeated. Cost O(runs).
local COUNT = tonumber(ARGV[7])
local LOOKED_AT, DROPPED_MANY, SOON = 100, 25, 20
local STATES = {'SUBMITTED', 'WORKING', 'INPUT_REQUIRED', 'AUTH_REQUIRED', 'COMPLETED', 'FAILED',
  'CANCELED', 'REJECTED'}

local wrong = other(RUNNING, 'zset') or other(PREFIX .. 'tasks:looked', 'string')
  or other(INDEX, 'zset')
for _, state in ipairs(STATES) do
  wrong = wrong or other(INDEX .. ':' .. state, 'zset')
end
if wrong then
  return wrong
end

-- Its message may come again.
local function forget(task)
  redis.call('ZREM', RUNNING, task.id)
  local name = key_of_message(task.message)
  local said = redis.call('GET', name)
  if said and not other(conversation(task.context), 'list') then
    redis.call('LREM', conversation(task.context), -1, said)
  end
  redis.call('DEL', name, task.key, task.history, task.artifacts, task.events, task.pushes)
  hint(task.events .. AT)
end

local quiet = look()
local over, found = {}, {0}
if quiet <= now then
  over = redis.call('ZRANGEBYSCORE', RUNNING, '-inf', text(now), 'LIMIT', 0, COUNT)
end
for _, id in ipairs(over) do
  local task = load(id)
  if task.wrong or not task.run then
    redis.call('ZREM', RUNNING, id)
  elseif not task.state then
    forget(task)
  else
    found[#found + 1] = id
    found[#found + 1] = task.context
    found[#found + 1] = task.run
  end
end

local dropped = sweep(INDEX, LOOKED_AT)
for _, state in ipairs(STATES) do
  dropped = dropped + sweep(INDEX .. ':' .. state, LOOKED_AT)
end

local first = redis.call('ZRANGE', RUNNING, 0, 0, 'WITHSCORES')[2]
local wait = math.floor(LEASE / 3)
if first then
  wait = math.min(wait, math.max(tonumber(first), quiet) - now)
end
if #over == COUNT then
  wait = 0
elseif dropped >= DROPPED_MANY then
  wait = math.min(wait, SOON)
end
found[1] = math.max(0, wait)
return found
