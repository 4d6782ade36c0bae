-- Ends a message; nothing can be written to it after that.
-- KEYS see message.lua
-- ARGV 9 'completed', 'failed' or 'cancelled'  10 of a failure, what went wrong, JSON
-- Returns as known.lua says. Cost O(number of open tasks, and length of the text up to 1 MiB).
finish(ARGV[9], ARGV[10])
return done('applied')
