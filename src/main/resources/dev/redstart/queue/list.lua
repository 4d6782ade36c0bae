-- A page of one of the queue's sets, in order. Changes nothing.
-- KEYS see queue.lua
-- ARGV 4 which set, its number in KEYS  5 lowest and 6 highest score  7 how many
--      8 score and 9 member after which the page begins, empty for the first page
-- Returns for each: member, score, the task, its record, its last error; nil for what is missing.
-- Cost O(log n) for the page, and for each on it.
local SET, LOW, HIGH, LIMIT = KEYS[tonumber(ARGV[4])], ARGV[5], ARGV[6], tonumber(ARGV[7])
local score, member = ARGV[8], ARGV[9]
local start = redis.call('ZCOUNT', SET, '-inf', '(' .. LOW)
if member ~= '' then
  local gone = redis.call('ZADD', SET, 'NX', score, member) == 1
  start = redis.call('ZRANK', SET, member) + 1
  if gone then
    -- It was there for a moment, only to say where the page begins.
    redis.call('ZREM', SET, member)
    start = start - 1
  end
end
local stop = math.min(start + LIMIT, redis.call('ZCOUNT', SET, '-inf', HIGH))
local page = {}
if start >= stop then
  return page
end
local flat = redis.call('ZRANGE', SET, start, stop - 1, 'WITHSCORES')
local with_seq = SET == READY or SET == SCHEDULED
for i = 1, #flat, 2 do
  local id = with_seq and string.sub(flat[i], 17) or flat[i]
  local record = redis.call('HGET', RECORDS, id)
  if with_seq and record and read(record).seq .. id ~= flat[i] then
    record = false
  end
  page[#page + 1] = flat[i]
  page[#page + 1] = flat[i + 1]
  page[#page + 1] = record and redis.call('HGET', TASKS, id)
  page[#page + 1] = record
  page[#page + 1] = record and redis.call('HGET', NOTES, 'error ' .. id)
end
return page
