-- Makes tasks known that others have sent, so that the reports on them are wanted.
-- KEYS the session's own, see session.lua
-- ARGV 5... their ids, a hundred at most
-- Returns 1. Cost O(number of ids). May be repeated.
for i = 5, #ARGV do
  if redis.call('HEXISTS', DONE, ARGV[i]) == 0 then
    redis.call('HSETNX', DELIVERIES, ARGV[i], 0)
  end
end
keep(DELIVERIES)
return 1
