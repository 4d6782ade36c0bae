-- Gives a child's number up. What its holder still holds goes back to the head of the child's
-- tasks; those go to living siblings when somebody next looks for dead children.
-- KEYS 12 the child's task list  13 its taken list
-- ARGV 3 the child's number  4 the holder's mark  5 the shutdown message that it took, or empty
--      6 the message for the monitor channel
-- Returns 'left', or 'replaced' if another process holds the number. Cost O(what it holds).
local TASKS, TAKEN = KEYS[12], KEYS[13]
local child, mark, shutdown = ARGV[3], ARGV[4], ARGV[5]

if redis.call('LINDEX', TAKEN, 0) ~= mark then
  return 'replaced'
end
if shutdown ~= '' then
  redis.call('LREM', TAKEN, -1, shutdown)
end
put_back_strays(TASKS, TAKEN)
if held(TAKEN) <= 0 then
  redis.call('DEL', TAKEN)
end
redis.call('ZADD', CHILDREN, 0, child)
note('child_stopped', 'child_id', child)
publish('status:' .. child, ARGV[6])
keep(CHILDREN, STATUS)
return 'left'
