-- Reads events. A message whose producer is gone ends here.
-- KEYS see message.lua
-- ARGV 9 the id after which to begin  10 how many, at most a few hundred  11 '1': that id must be
--      known, or be 0-0
-- Returns {1 if events between that id and the first one are gone, the events, ms until the
-- producer counts as gone or -1, status, id of the last event}; {'gone'} if there is no such
-- message. May be repeated. Cost O(size of what is returned).

-- No page is much larger, so that nobody else waits long.
local BYTES_MAX = 262144
if session ~= SESSION or not last then
  return {'gone'}
end
if is_abandoned() then
  finish('failed', ABANDONED)
  save()
end
local cursor, count = ARGV[9], tonumber(ARGV[10])
-- What others wrote to the stream is none of ours. More and more at a time, since events may be
-- large.
local events, size, from, step, more = {}, 0, cursor, 1, true
while more and #events < count and size < BYTES_MAX do
  step = math.min(2 * step, count - #events)
  local page = redis.call('XRANGE', STREAM, '(' .. from, '+', 'COUNT', step)
  more = #page == step
  for _, entry in ipairs(page) do
    from = entry[1]
    if entry[2][1] == 'event_type' then
      events[#events + 1] = entry
      size = size + #entry[2][10]
    end
  end
end
local following = (events[1] and sequence_of(events[1][1]) or sequence_of(last) + 1)
local gap = following ~= sequence_of(cursor) + 1
if ARGV[11] == '1' and cursor ~= '0-0' and cursor ~= last then
  gap = gap or #redis.call('XRANGE', STREAM, cursor, cursor) == 0
end
local left = -1
if status == 'streaming' and token ~= '' then
  left = math.max(0, tonumber(fail_at) - now)
end
return {gap and 1 or 0, events, left, status, last}
