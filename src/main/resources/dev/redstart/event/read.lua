-- Reads events, and says how the run is.
-- KEYS, ARGV 1-4 see run.lua
-- ARGV 5 where the range begins, as XRANGE has it  6 where it ends  7 how many events at most
--      8 about how many bytes of them  9 the id after which the reader wants all; nothing if he
--      does not
-- Returns the state; in how many ms those who follow should look again, though nothing was told;
-- the id of the newest event; how many events after that id are gone, -1 if some may be and nobody
-- knows; 1 if there may be more events in the range; then the events. May be repeated. Cost
-- O(log n + size of the events).
local TO, COUNT_MAX, BYTES_MAX = ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8])

-- Strangers tell nobody what they add. A producer that died is noticed when its lease is over.
local QUIET, UNKNOWN, MIXED = 5000, 1000, 500

local function trust()
  local quiet = mixed and MIXED or state() == 'unknown' and UNKNOWN or QUIET
  return lease_left > 0 and math.min(quiet, lease_left + 1) or quiet
end

-- The oldest event there is decides.
local function count_lost(cursor)
  local oldest = redis.call('XRANGE', STREAM, '-', '+', 'COUNT', 1)[1]
  if oldest and not is_after(oldest[1], cursor) then
    return 0
  end
  local first = oldest and tonumber(field(oldest[2], 'sequence') or 0) or sequence + 1
  if mixed then
    return (first == 1 or (first == 0 and cursor == '0-0')) and 0 or -1
  end
  return math.max(0, first - tonumber(string.match(cursor, '%d+$')) - 1)
end

local events, bytes, from, more = {}, 0, ARGV[5], COUNT_MAX > 0
-- Doubled with each step: whoever reads large events gets about twice the bytes at most.
local count = 1
while more and #events < COUNT_MAX and bytes < BYTES_MAX do
  local page = redis.call('XRANGE', STREAM, from, TO, 'COUNT', count)
  more = #page == count
  for _, event in ipairs(page) do
    events[#events + 1] = event
    for _, word in ipairs(event[2]) do
      bytes = bytes + #word
    end
    from = '(' .. event[1]
  end
  count = math.min(2 * count, COUNT_MAX - #events)
end

local lost = ARGV[9] ~= '' and is_there and count_lost(ARGV[9]) or 0
local head = last and is_after(last, before) and last or before
return {state(), trust(), head, lost, more and 1 or 0, unpack(events)}
