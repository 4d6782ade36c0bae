-- The beginning of the scripts of a session: put in front of the others, which go on from here.
-- KEYS 1-11 the session's own keys, in the order of SessionKeys.own(); those after 11 are lists,
--           as each script says
-- ARGV 1 monitor channel; empty in normal mode  2 the caller's timestamp, which goes into messages
--      and decides nothing  3 the session's time to live  4 its lease, both ms
-- Returns 'gone' when there is no such session (any more): nothing was touched then.
-- Cost O(1) for what every script does.
local CONFIG, STATE, CHILDREN, DONE, DELIVERIES = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local READ, STATUS, DEAD, WAKE = KEYS[6], KEYS[7], KEYS[10], KEYS[11]
local CHANNEL, TIMESTAMP = ARGV[1], ARGV[2]
local OWN = 11

-- Enough to see what happened, and no leak in a session that lives for months.
local STATUS_MAX, DEAD_MAX = 10000, 10000
-- The most that any loop does in one call: nobody else is served meanwhile.
local STEPS_MAX = 100

local ttl, lease = tonumber(ARGV[3]), tonumber(ARGV[4])
local left = redis.call('PTTL', CONFIG)
if left == -2 then
  return 'gone'
end

-- Milliseconds; the same in one call.
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function renew(...)
  for _, key in ipairs({...}) do
    redis.call('PEXPIRE', key, ttl)
  end
end

-- The session lives on: its own keys are renewed whenever a quarter of their time is over.
local function live()
  if left < ttl * 3 / 4 then
    for i = 1, OWN do
      redis.call('PEXPIRE', KEYS[i], ttl)
    end
  end
end

-- The same, and what was written lives as long as the session: these keys, and all lists.
local function keep(...)
  renew(...)
  for i = OWN + 1, #KEYS do
    redis.call('PEXPIRE', KEYS[i], ttl)
  end
  live()
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

-- Hands a report to the parent. In normal mode he has a list for each child, and nobody can wait
-- for several without taking from them: one word on a list of its own says that there is something.
local function hand_in(list, report)
  if redis.call('RPUSH', list, report) == 1 then
    renew(list)
  end
  if CHANNEL == '' and redis.call('EXISTS', WAKE) == 0 then
    redis.call('RPUSH', WAKE, 'reports')
    renew(WAKE)
  end
  publish(list, report)
end

-- The first element of a taken list names the process that holds the child's number. With it the
-- list is never empty, so that it always has a time to live: BLMOVE would make one without.
local HOLDER = 'holder '

local function held(taken)
  local first = redis.call('LINDEX', taken, 0)
  local marks = first and string.sub(first, 1, #HOLDER) == HOLDER and 1 or 0
  return redis.call('LLEN', taken) - marks
end

-- Type and task id of a message, as far as it has them, and all of it. Whoever takes it judges it;
-- this only asks.
local function look(raw)
  local sound, message = pcall(cjson.decode, raw)
  if not sound or type(message) ~= 'table' then
    return nil
  end
  return message.type, type(message.task_id) == 'string' and message.task_id or nil, message
end

-- What lies in the holder's own list without its knowing (its BLMOVE's reply was lost, or a former
-- holder's BLMOVE was still waiting): back to the head of its tasks. Only for a holder that is not
-- taking anything right now.
local function put_back_strays(tasks, taken)
  local strays = math.min(held(taken), STEPS_MAX)
  for _ = 1, strays do
    redis.call('LMOVE', taken, tasks, 'RIGHT', 'LEFT')
  end
  if strays > 0 then
    renew(tasks)
  end
end
