-- Takes what became of a delivery.
-- KEYS, ARGV 1-6 see task.lua
-- ARGV 7 the task's id  8 the place's id  9 the token of the delivery  10 the generation up to
--      which events arrived  11 that of the delivery's last event  12 in how many ms to try again
--      what did not; nothing: it is given up, with all that there is now
-- Returns 1 if the delivery was this holder's, else 0, and nothing was changed. May be repeated.
-- Cost O(log n).
local ID, PLACE, TOKEN, ARRIVED, LAST, RETRY = ARGV[7], ARGV[8], ARGV[9], tonumber(ARGV[10]),
  tonumber(ARGV[11]), ARGV[12]

local task = load(ID)
local wrong = task.wrong or other(OUTBOX, 'zset')
if wrong then
  return wrong
end
local name = 'state:' .. PLACE
local sent, attempts, holder = string.match(redis.call('HGET', task.pushes, name) or '',
  '^(%d+) (%d+) (.*)$')
-- A repetition may come when its holder has the next delivery in hand.
if not sent or holder ~= TOKEN or LAST <= tonumber(sent) then
  return 0
end
local before, at = tonumber(sent), now
if ARRIVED >= LAST then
  sent, attempts = ARRIVED, 0
elseif RETRY == '' then
  sent, attempts = task.generation, 0
else
  sent = math.max(before, ARRIVED)
  attempts = sent > before and 1 or attempts + 1
  at = now + RETRY
end
-- First what Redis allows when its memory is full: then all else is allowed.
redis.call('ZREM', OUTBOX, ID .. '\n' .. PLACE)
redis.call('HSET', task.pushes, name, text(sent) .. ' ' .. text(attempts) .. ' ')
if task.state and sent < task.generation then
  due(task, PLACE, at)
end
return 1
