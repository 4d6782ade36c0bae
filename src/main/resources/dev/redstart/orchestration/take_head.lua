-- Takes the first message of a list, if it is still the one that its taker has looked at.
-- KEYS 1 the list  2 its dead letters
-- ARGV 1 the message  2 the dead letter that it becomes, '' if none  3 the time to live of dead
--      letters, in milliseconds
-- Returns 1; or 0 if another is the first now, and nothing was touched.
-- Cost O(1).
local DEAD_MAX = 10000

if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[1] then
  return 0
end
if ARGV[2] ~= '' then
  redis.call('RPUSH', KEYS[2], ARGV[2])
  redis.call('LTRIM', KEYS[2], -DEAD_MAX, -1)
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end
redis.call('LPOP', KEYS[1])
return 1
