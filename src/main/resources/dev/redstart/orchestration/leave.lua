-- Gives a child's number up. What its holder still holds goes back to the head of the child's
-- tasks; those go to living siblings when somebody next looks for dead children.
-- KEYS 12 the child's task list  13 its taken list
-- ARGV 5 the child's number  6 the holder's mark  7 the shutdown message that it obeys, or empty
--      8 the message for the monitor channel
-- Returns 'left', or 'replaced' if another process holds the number. Cost O(what it holds), and
-- O(length of its tasks) if it was told to stop while it was busy.
local TASKS, TAKEN = KEYS[12], KEYS[13]
local child, mark, shutdown = ARGV[5], ARGV[6], ARGV[7]

if redis.call('LINDEX', TAKEN, 0) ~= mark then
  return 'replaced'
end
if shutdown ~= '' and redis.call('LREM', TAKEN, -1, shutdown) == 0 then
  redis.call('LREM', TASKS, 1, shutdown)
end
put_back_strays(TASKS, TAKEN)
if held(TAKEN) <= 0 then
  redis.call('DEL', TAKEN)
end
redis.call('ZADD', CHILDREN, 0, child)
note('child_stopped', 'child_id', child)
publish('status:' .. child, ARGV[8])
keep(CHILDREN)
return 'left'
