-- Makes dead letters tasks again: ready, with their old score and turn, and nothing counted.
-- KEYS see queue.lua
-- ARGV 4... their ids, at most a few hundred
-- Returns a letter for each: 'g' requeued, 'n' no dead letter. Cost O(log n) for each.
if answered then
  return answered
end
local states = {}
for i = 4, #ARGV do
  local id = ARGV[i]
  local r = read(redis.call('HGET', RECORDS, id))
  if r and redis.call('ZREM', DEAD, id) == 1 then
    r.deliveries, r.attempts, r.cancelled = 0, 0, '0'
    make_ready(id, r)
    tell('requeued', id)
    states[#states + 1] = 'g'
  else
    states[#states + 1] = 'n'
  end
end
local letters = table.concat(states)
if string.find(letters, 'g') then
  wake()
  remember(letters)
end
return letters
