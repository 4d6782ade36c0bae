-- The time, for all scripts of this room: put in front of them.
-- KEYS none
-- ARGV none
-- Returns nothing. Cost O(1).
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- As ISO 8601 has it, with microseconds; the calendar is counted from a 1 March, so that the odd
-- day of leap years is the last one.
local function date()
  local days = math.floor(time[1] / 86400) + 719468
  local era = math.floor(days / 146097)
  local day = days - era * 146097
  local year = math.floor((day - math.floor(day / 1460) + math.floor(day / 36524)
    - math.floor(day / 146096)) / 365)
  day = day - 365 * year - math.floor(year / 4) + math.floor(year / 100)
  local month = math.floor((5 * day + 2) / 153)
  day = day - math.floor((153 * month + 2) / 5) + 1
  year = year + 400 * era + (month < 10 and 0 or 1)
  month = month < 10 and month + 3 or month - 9
  local second = time[1] % 86400
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%06dZ', year, month, day,
    math.floor(second / 3600), math.floor(second / 60) % 60, second % 60, time[2])
end

local today = date()
