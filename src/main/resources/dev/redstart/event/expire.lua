-- Says when a run expires, whatever becomes of it.
-- KEYS, ARGV 1-4 see run.lua
-- ARGV 5 in how many ms
-- Returns 1, or 0 if there is no such run. May be repeated. Cost O(1).
if not is_there then
  return 0
end
redis.call('HSET', META, 'fixed', '1', 'sequence', text(sequence))
fixed = nil
keep(ARGV[5])
return 1
