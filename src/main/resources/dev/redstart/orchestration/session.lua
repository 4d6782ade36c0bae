-- The beginning of the scripts of a session: put in front of the others, which go on from here.
-- KEYS 1-11 the session's own keys, in the order of SessionKeys.own(); those after 11 belong to
--           children, as each script says
-- ARGV 1 monitor channel  2 the caller's timestamp, which goes into messages and decides nothing
-- Returns 'gone' when there is no such session (any more): nothing was touched then.
-- Cost O(1) for what every script does.
local CONFIG, STATE, CHILDREN, DONE, DELIVERIES = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local REPORTS, READ, STATUS, DEAD = KEYS[6], KEYS[7], KEYS[8], KEYS[11]
local CHANNEL, TIMESTAMP = ARGV[1], ARGV[2]
local OWN = 11

-- Enough to see what happened, and no leak in a session that lives for months.
local STATUS_MAX, DEAD_MAX = 10000, 10000
-- The most that any loop does in one call: nobody else is served meanwhile.
local STEPS_MAX = 100

local state = redis.call('HMGET', STATE,
  'ttl_millis', 'lease_millis', 'deliveries_max', 'session_id')
local ttl, lease, deliveries_max = tonumber(state[1]), tonumber(state[2]), tonumber(state[3])
local session = state[4]
local left = redis.call('PTTL', CONFIG)
if not ttl or left == -2 then
  return 'gone'
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function renew(...)
  for _, key in ipairs({...}) do
    redis.call('PEXPIRE', key, ttl)
  end
end

-- What was written lives as long as the session, and the session lives on: its own keys are renewed
-- whenever a quarter of their time is over, those of children in every call that names them.
local function keep(...)
  renew(...)
  for i = OWN + 1, #KEYS do
    redis.call('PEXPIRE', KEYS[i], ttl)
  end
  if left < ttl * 3 / 4 then
    for i = 1, OWN do
      redis.call('PEXPIRE', KEYS[i], ttl)
    end
  end
end

local function note(event, ...)
  redis.call('XADD', STATUS, 'MAXLEN', '~', STATUS_MAX, '*', 'event', event, ...)
end

local function publish(queue, message)
  if CHANNEL ~= '' then
    redis.call('PUBLISH', CHANNEL, '{"queue":' .. cjson.encode(queue) .. ',"message":'
      .. cjson.encode(message) .. ',"timestamp":' .. cjson.encode(TIMESTAMP) .. '}')
  end
end

-- The first element of a taken list names the process that holds the child's number. With it the
-- list is never empty, so that it always has a time to live: BLMOVE would make one without.
local HOLDER = 'holder '

local function held(taken)
  local first = redis.call('LINDEX', taken, 0)
  local marks = first and string.sub(first, 1, #HOLDER) == HOLDER and 1 or 0
  return redis.call('LLEN', taken) - marks
end

-- Type and task id of a message, as far as it has them. Whoever takes it judges it; this only asks.
local function look(raw)
  local sound, message = pcall(cjson.decode, raw)
  if not sound or type(message) ~= 'table' then
    return nil
  end
  return message.type, type(message.task_id) == 'string' and message.task_id or nil
end

-- Ends a task that no child survives, so that nobody waits for it for ever.
local function give_up(id, child, count)
  local hash = redis.sha1hex(session .. ' ' .. id)
  local uuid = string.gsub(hash, '^(%x%x%x%x%x%x%x%x)(%x%x%x%x)%x(%x%x%x)%x(%x%x%x)(%x+)$',
    function(a, b, c, d, e)
      return a .. '-' .. b .. '-5' .. c .. '-a' .. d .. '-' .. string.sub(e, 1, 12)
    end)
  local report = '{"type":"report","timestamp":' .. cjson.encode(TIMESTAMP)
    .. ',"message_id":"' .. uuid .. '","task_id":' .. cjson.encode(id)
    .. ',"session_id":' .. cjson.encode(session) .. ',"child_id":' .. child
    .. ',"status":"error","result":null,"error":"given up: the child died in each of ' .. count
    .. ' deliveries","duration_ms":0,"metadata":{"synthetic":true,"deliveries":' .. count .. '}}'
  redis.call('HSET', DONE, id, 'error ' .. uuid)
  redis.call('HDEL', DELIVERIES, id)
  redis.call('RPUSH', REPORTS, report)
  note('task_given_up', 'task_id', id, 'child_id', child, 'deliveries', count)
  publish(REPORTS, report)
  renew(DONE, REPORTS)
end

-- A child died with this message in its hands: back to the head of a list. Whether it is there now.
local function again(raw, child, target)
  local kind, id = look(raw)
  if kind == 'task' and id then
    if redis.call('HEXISTS', DONE, id) == 1 then
      redis.call('HDEL', DELIVERIES, id)
      return false
    end
    local count = redis.call('HINCRBY', DELIVERIES, id, 1)
    renew(DELIVERIES)
    if count >= deliveries_max then
      give_up(id, child, count)
      return false
    end
  end
  redis.call('LPUSH', target, raw)
  return true
end

-- What lies in the holder's own list without its knowing (its BLMOVE's reply was lost, or a former
-- holder's BLMOVE was still waiting): back to the head of its tasks. Only for a holder that is not
-- taking anything right now.
local function put_back_strays(tasks, taken)
  for _ = 1, STEPS_MAX do
    if held(taken) <= 0 then
      return
    end
    redis.call('LMOVE', taken, tasks, 'RIGHT', 'LEFT')
  end
end
