-- Renews leases.
-- KEYS, ARGV 1-6 see task.lua
-- ARGV from 7 on, for each run: the task's id, the run's token
-- Returns for each 1 if it still works on its task, else 0. May be repeated. Cost O(runs).
local wrong = other(RUNNING, 'zset') or other(PREFIX .. 'tasks:looked', 'string')
if wrong then
  return wrong
end
-- First what Redis allows when its memory is full: then all else is allowed.
redis.call('PEXPIREAT', RUNNING, text(now + TTL + 2 * LEASE))
look()
local held = {}
for i = 7, #ARGV, 2 do
  local task = load(ARGV[i])
  local is_held = not task.wrong and task.run == ARGV[i + 1]
  if is_held then
    redis.call('ZADD', RUNNING, text(now + LEASE), task.id)
    save(task)
  end
  held[#held + 1] = is_held and 1 or 0
end
return held
