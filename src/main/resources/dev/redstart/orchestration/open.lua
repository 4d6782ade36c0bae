-- Opens a session, unless there is one of this name. Stands alone: there is no state to begin with.
-- KEYS the session's own keys, in the order of SessionKeys.own(), then its lists
-- ARGV 1 monitor channel  2 the message for it  3 the configuration as JSON
--      4 time to live, ms  5 lease, ms  6 deliveries at most  7 session id
--      8... the fields of the first status entry
-- Returns 1, or 0 if the session exists. Cost O(number of children).
local CONFIG, STATE, STATUS = KEYS[1], KEYS[2], KEYS[7]
if not redis.call('SET', CONFIG, ARGV[3], 'NX', 'PX', ARGV[4]) then
  return 0
end
-- Left behind by a session of the same name that expired, and filled by a stranger since.
for i = 2, #KEYS do
  redis.call('UNLINK', KEYS[i])
end
redis.call('HSET', STATE,
  'ttl_millis', ARGV[4], 'lease_millis', ARGV[5], 'deliveries_max', ARGV[6], 'session_id', ARGV[7])
redis.call('XADD', STATUS, '*', unpack(ARGV, 8))
redis.call('PEXPIRE', STATE, ARGV[4])
redis.call('PEXPIRE', STATUS, ARGV[4])
if ARGV[1] ~= '' then
  redis.call('PUBLISH', ARGV[1], ARGV[2])
end
return 1
