-- Puts a message that nobody can use to the dead letters.
-- KEYS 12 the list that it is in
-- ARGV 3 the message  4 the dead letter, with the reason  5 the reason
-- Returns 1, or 0 if the message is not in the list any more. Cost O(1): it is the newest there.
if redis.call('LREM', KEYS[12], -1, ARGV[3]) == 0 then
  return 0
end
redis.call('RPUSH', DEAD, ARGV[4])
redis.call('LTRIM', DEAD, -DEAD_MAX, -1)
note('dead_letter', 'list', KEYS[12], 'reason', ARGV[5])
keep(DEAD, STATUS)
return 1
