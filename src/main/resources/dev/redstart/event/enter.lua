-- Enters a run in the list of runs, where it keeps its place.
-- KEYS 1 the list, a sorted set: by when a run was entered, microseconds
-- ARGV 1 the run's id  2 how many runs are kept, the newest  3 how long the list is kept, ms
-- Returns nothing. May be repeated. Cost O(log n).
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], 'NX', time[1] * 1000000 + time[2], ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[2])
redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), ARGV[3]))
