-- Deletes a session. Stands alone: it must work on one that is half gone, too.
-- KEYS the session's own keys, in the order of SessionKeys.own(), then those of its children
-- ARGV 1 monitor channel  2 the message for it
-- Returns 1, or 0 if there was no such session. Cost O(number of children).
local there = redis.call('EXISTS', KEYS[1])
for i = 1, #KEYS do
  redis.call('UNLINK', KEYS[i])
end
if there == 1 and ARGV[1] ~= '' then
  redis.call('PUBLISH', ARGV[1], ARGV[2])
end
return there
