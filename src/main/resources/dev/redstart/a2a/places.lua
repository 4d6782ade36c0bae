-- Tells where a task's events are pushed to.
-- KEYS, ARGV 1-6 see task.lua
-- ARGV 7 the task's id
-- Returns 'done' and the places, as JSON, in no order; 'missing' if there is no such task. Cost
-- O(places).
local task = load(ARGV[7])
if task.wrong then
  return task.wrong
elseif not task.state then
  return {'missing'}
end
local places = {'done'}
local words = redis.call('HGETALL', task.pushes)
for i = 1, #words, 2 do
  if string.match(words[i], '^config:') then
    places[#places + 1] = words[i + 1]
  end
end
return places
