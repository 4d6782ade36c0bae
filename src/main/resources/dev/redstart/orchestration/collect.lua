-- Takes reports for the parent: from their lists to P:read, where they stay until they are
-- acknowledged. What is no report of this session, or one that is not wanted, goes there as well,
-- with the reason, for the parent to bury it.
-- KEYS 12... the lists of reports
-- ARGV as session.lua says
-- Returns fields of P:read with their values, in turns: '=' and a task id with its report, '?' and
-- a number with the reason, a line feed and the message. Cost O(what it takes): at most 100
-- messages, and no further one after a mebibyte.
local BYTES_MAX = 1048576
local session = redis.call('HGET', STATE, 'session_id')
local found, outcomes, entered = {}, {}, {}
local steps, bytes = 0, 0

local function enter(field, value)
  found[#found + 1] = field
  found[#found + 1] = value
end

local function text(value)
  return type(value) == 'string' and value or ''
end

-- Why nobody gets it; nil if it is the one report on its task.
local function objection(id, message)
  if text(message.session_id) ~= '' and message.session_id ~= session then
    return 'a report of another session'
  end
  local outcome = text(message.status) .. ' ' .. text(message.message_id)
  local before = redis.call('HGET', DONE, id)
  if before and before ~= outcome then
    return 'a second report on its task'
  elseif not before and redis.call('HDEL', DELIVERIES, id) == 0 then
    return 'a report on a task that nobody sent'
  end
  entered[id] = true
  outcomes[#outcomes + 1] = id
  outcomes[#outcomes + 1] = outcome .. ' read'
end

local function accept(raw, kind, id, message)
  local reason = 'not a report'
  if kind == 'report' and id and id ~= '' then
    reason = objection(id, message)
  end
  if reason then
    enter('?' .. redis.call('HINCRBY', STATE, 'refused', 1), reason .. '\n' .. raw)
  else
    enter('=' .. id, raw)
  end
end

for i = OWN + 1, #KEYS do
  while steps < STEPS_MAX and bytes < BYTES_MAX do
    local raw = redis.call('LPOP', KEYS[i])
    if not raw then
      break
    end
    local kind, id, message = look(raw)
    if id and entered[id] then
      -- Perhaps the parent cannot read the one before: let him judge that first.
      redis.call('LPUSH', KEYS[i], raw)
      renew(KEYS[i])
      break
    end
    steps, bytes = steps + 1, bytes + #raw
    accept(raw, kind, id, message)
  end
end
if #outcomes > 0 then
  redis.call('HSET', DONE, unpack(outcomes))
  renew(DONE)
end
if #found > 0 then
  redis.call('HSET', READ, unpack(found))
  renew(READ)
end
live()
return found
