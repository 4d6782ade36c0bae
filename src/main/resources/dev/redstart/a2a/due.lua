-- Gives out the delivery that is due first.
-- KEYS, ARGV 1-6 see task.lua
-- ARGV 7 a token of whoever gets it  8 for how long, ms; nothing: to look only  9 the request's
--      line  10 its number in the line  11 how many events at most  12 about how many bytes
-- Returns 'due', the task's id, the place as JSON, how many attempts failed, 1 if events are gone,
-- then the events; or 'none' and in how many ms to ask again, -1 if nothing waits. A request that
-- was answered before gets the same again. Cost O(log n + size of the events).
local TOKEN, SPAN, LINE, NUMBER = ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local LOOKED_AT = 100

local MEMO = PREFIX .. 'tasks:pushes:' .. LINE
local wrong = other(OUTBOX, 'zset') or other(MEMO, 'string')
if wrong then
  return wrong
end

-- Nothing if there is nothing to deliver.
local function delivery(member)
  local id, place = string.match(member, '^([^\n]*)\n(.*)$')
  local task = id and load(id)
  if not task or task.wrong or not task.state then
    return nil
  end
  local facts = redis.call('HMGET', task.pushes, 'config:' .. place, 'state:' .. place)
  local sent, attempts, holder = string.match(facts[2] or '', '^(%d+) (%d+) (.*)$')
  if not facts[1] or not sent or tonumber(sent) >= task.generation then
    return nil
  end
  return {task = task, place = place, config = facts[1], sent = tonumber(sent),
    attempts = attempts, holder = holder, member = member}
end

local function answer(it)
  local events, is_gap = events_after(it.task, it.sent, tonumber(ARGV[11]), tonumber(ARGV[12]))
  return {'due', it.task.id, it.config, it.attempts, is_gap and 1 or 0,
    unpack(events)}
end

if SPAN ~= '' then
  local earlier = string.match(redis.call('GET', MEMO) or '', '^' .. NUMBER .. ' (.*)$')
  local again = earlier and delivery(earlier)
  if again and again.holder == TOKEN then
    return answer(again)
  end
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', OUTBOX, '-inf', text(now), 'LIMIT', 0,
    LOOKED_AT)) do
    local it = delivery(member)
    if it then
      redis.call('ZADD', OUTBOX, text(now + SPAN), member)
      redis.call('HSET', it.task.pushes, 'state:' .. it.place,
        text(it.sent) .. ' ' .. it.attempts .. ' ' .. TOKEN)
      redis.call('SET', MEMO, NUMBER .. ' ' .. member, 'PX', SPAN)
      return answer(it)
    end
    redis.call('ZREM', OUTBOX, member)
  end
end
local first = redis.call('ZRANGE', OUTBOX, 0, 0, 'WITHSCORES')[2]
return {'none', first and math.max(0, tonumber(first) - now) or -1}
