-- Enters a message in its session's list, where that lives in another slot than the message.
-- KEYS 1 the session's messages  2 the session
-- ARGV 1 message id  2 '1': only if it is not there yet  3 time to live of the session, ms
-- Returns 1, or 0 if the session is closed. May be repeated. Cost O(log n).
return enlist(KEYS[1], KEYS[2], ARGV[1], ARGV[2] == '1', ARGV[3]) and 1 or 0
