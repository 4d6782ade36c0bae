-- Opens a session, unless there is one of this name. Stands alone: there is no state to begin with.
-- KEYS the session's own keys, in the order of SessionKeys.own(), then those of its children
-- ARGV 1 monitor channel  2 the message for it  3 the configuration as JSON
--      4 time to live, ms  5 lease, ms  6 deliveries at most  7 session id
--      8... the fields of the first status entry
-- Returns 1, or 0 if the session exists. Cost O(number of children).
if not redis.call('SET', KEYS[1], ARGV[3], 'NX', 'PX', ARGV[4]) then
  return 0
end
-- Left behind by a session of the same name that expired, and filled by a stranger since.
for i = 2, #KEYS do
  redis.call('UNLINK', KEYS[i])
end
redis.call('HSET', KEYS[2],
  'ttl_millis', ARGV[4], 'lease_millis', ARGV[5], 'deliveries_max', ARGV[6], 'session_id', ARGV[7])
redis.call('XADD', KEYS[8], '*', unpack(ARGV, 8))
-- Never empty, and so never without a time to live: see the holder's mark in session.lua.
redis.call('RPUSH', KEYS[7], 'read reports')
for i = 2, 8 do
  redis.call('PEXPIRE', KEYS[i], ARGV[4])
end
if ARGV[1] ~= '' then
  redis.call('PUBLISH', ARGV[1], ARGV[2])
end
return 1
