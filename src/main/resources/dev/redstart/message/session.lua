-- Opens a session, or closes one.
-- KEYS 1 the session
-- ARGV 1 'open' or 'close'  2 time to live, ms  3 session id  4 user id  5 metadata as JSON
-- Returns all its fields; none if there is no session to close. What is open already stays as it
-- is. May be repeated. Cost O(1).
local is_there = redis.call('EXISTS', KEYS[1]) == 1
if ARGV[1] == 'open' and not is_there then
  redis.call('HSET', KEYS[1], 'session_id', ARGV[3], 'user_id', ARGV[4], 'metadata', ARGV[5],
    'status', 'active', 'created_at', today, 'updated_at', today)
elseif ARGV[1] == 'close' and is_there then
  redis.call('HSET', KEYS[1], 'status', 'closed', 'updated_at', today)
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('HGETALL', KEYS[1])
