-- Says how a run is, in short.
-- KEYS, ARGV 1-4 see run.lua
-- Returns its state, the id and the sequence of its newest event, and how it ended or nothing. May
-- be repeated. Cost O(1).
local head = last and is_after(last, before) and last or before
return {state(), head, text(sequence), ended and string.match(ended, '%S+$') or ''}
