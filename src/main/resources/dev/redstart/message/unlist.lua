-- Removes messages that are gone from their session's list.
-- KEYS 1 the session's messages
-- ARGV 1 the youngest that may be removed, s, or empty: nothing younger than a minute, since it may
--      be about to be created  2... message ids, at most a few hundred
-- Returns how many were removed. May be repeated. Cost O(log n) for each.
local limit = ARGV[1] == '' and time[1] - 60 or tonumber(ARGV[1])
local removed = 0
for i = 2, #ARGV do
  local score = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if score and tonumber(score) <= limit then
    removed = removed + redis.call('ZREM', KEYS[1], ARGV[i])
  end
end
return removed
