-- Adds tasks; those that are in the queue already get the new score, time and content while they
-- wait, and stay as they are under a lease or dead.
-- KEYS see queue.lua
-- ARGV 4 how many tasks, with different ids, at most a few hundred; then for each:
--      id, score (empty: now, in seconds), time (see due), the task as JSON
-- Returns a letter for each (see push). Cost O(log n) for each.
if answered then
  return answered
end
local states = push(5, tonumber(ARGV[4]))
remember(states)
keep()
return states
