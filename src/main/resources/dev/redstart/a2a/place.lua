-- Sets or removes a place to push a task's events to.
-- KEYS, ARGV 1-6 see task.lua
-- ARGV 7 the task's id  8 the place's id  9 the place, as JSON; nothing: it is removed
-- Returns 'done', 'missing' if there is no such task, or 'many' if there are too many places. May
-- be repeated. Cost O(size of the place).
local ID, PLACE, JSON = ARGV[7], ARGV[8], ARGV[9]

local task = load(ID)
local wrong = task.wrong or other(OUTBOX, 'zset')
if wrong then
  return wrong
elseif not task.state then
  return {'missing'}
elseif JSON == '' then
  redis.call('HDEL', task.pushes, 'config:' .. PLACE, 'state:' .. PLACE)
  redis.call('ZREM', OUTBOX, ID .. '\n' .. PLACE)
  return {'done'}
elseif not add_place(task, PLACE, JSON, task.generation) then
  return {'many'}
end
save(task)
return {'done'}
