-- Reads events of a task.
-- KEYS, ARGV 1-6 see task.lua
-- ARGV 7 the task's id  8 the generation after which  9 how many at most  10 about how many bytes
-- Returns 'open', 'over' if none follow these, or 'gone'; in how many ms the task expires; 1 if
-- events after that generation are gone; then the events. Cost O(log n + size of the events).
local task = load(ARGV[7])
if task.wrong then
  return task.wrong
elseif not task.there then
  return {'gone', 0, 0}
end
local events, is_gap = events_after(task, tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]))
return {(task.replied or OVER[task.state]) and 'over' or 'open', redis.call('PTTL', task.key),
  is_gap and 1 or 0, unpack(events)}
