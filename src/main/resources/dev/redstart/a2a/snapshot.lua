-- Tells how a task is, with its place among its events.
-- KEYS, ARGV 1-6 see task.lua
-- ARGV 7 the task's id  8 how many messages, -1 for all
-- Returns 'there' and the task, or 'missing'. Cost O(size of the task).
local task = load(ARGV[7])
if task.wrong then
  return task.wrong
end
return task.state and {'there', whole(task, tonumber(ARGV[8]), true)} or {'missing'}
