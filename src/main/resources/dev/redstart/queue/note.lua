-- Keeps what the holder of a lease has to say about its task, and renews the lease.
-- KEYS see queue.lua
-- ARGV 4 lease, ms  5 id  6 token  7 'progress' or 'checkpoint'  8 the value
-- Returns 'k' kept, 'x' kept, but the task was cancelled, 'l' the lease is lost, and nothing was
-- changed. May be repeated. Cost O(log n).
local id, kind = ARGV[5], ARGV[7]
local r = read(redis.call('HGET', RECORDS, id))
if not r or r.token ~= ARGV[6] then
  return 'l'
end
redis.call('ZADD', LEASED, now + ARGV[4], id)
redis.call('HSET', NOTES, kind .. ' ' .. id, ARGV[8])
if kind == 'progress' then
  tell('progress', id)
end
return r.cancelled == '1' and 'x' or 'k'
