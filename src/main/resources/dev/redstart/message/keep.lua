-- Keeps content apart, where it lives in another slot than its message.
-- KEYS 1 the content
-- ARGV 1 message id  2 time to live, ms  3... its fields and values
-- Returns 1, or 0 if another message has content of this id. May be repeated. Cost O(size).
if not is_ours(KEYS[1], ARGV[1]) then
  return 0
end
keep_apart(KEYS[1], ARGV[1], ARGV[2], 3)
return 1
