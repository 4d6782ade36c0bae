-- All that is known of a task. Changes nothing.
-- KEYS see queue.lua
-- ARGV 4 its id
-- Returns the number of the set that it is in (0: in none), its score there, the task, its record,
-- last error, progress, checkpoint, and the result of the last one of this id that was completed;
-- nil for what there is not. Cost O(1).
local id = ARGV[4]
local record = redis.call('HGET', RECORDS, id)
local set, score = 0, false
if record then
  local member = read(record).seq .. id
  for i, key in ipairs({READY, SCHEDULED, LEASED, DEAD}) do
    local found = redis.call('ZSCORE', key, i <= 2 and member or id)
    if found then
      set, score = i, found
    end
  end
end
local expiry = tonumber(redis.call('ZSCORE', EXPIRING, id) or 0)
local notes = redis.call('HMGET', NOTES, 'error ' .. id, 'progress ' .. id, 'checkpoint ' .. id)
return {set, score, redis.call('HGET', TASKS, id), record, notes[1], notes[2], notes[3],
  expiry > now and redis.call('HGET', RESULTS, id)}
