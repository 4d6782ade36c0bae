-- Adds an event that changes nothing else.
-- KEYS see message.lua
-- ARGV 9 its type  10 its payload, JSON
-- Returns as known.lua says. Cost O(size of the payload).
emit(ARGV[9], ARGV[10])
return done('applied')
