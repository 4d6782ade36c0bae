-- Takes tasks out of the queue for good.
-- KEYS see queue.lua
-- ARGV 4 'cancel': tasks that wait, and those under a lease when their holder has heard of it
--        'remove': tasks wherever they are; who holds a lease has lost it
--        'purge': dead letters
--      then their ids, at most a few hundred
-- Returns a letter for each: 'g' gone, 'f' its holder will be told, 'n' not there, or not to be
-- dropped this way. Cost O(log n) for each.
if answered then
  return answered
end
local how = ARGV[4]
local gone, states, event = {}, {}, how == 'cancel' and 'cancelled' or 'removed'

local function drop(id, r)
  local dead = redis.call('ZSCORE', DEAD, id)
  local leased = r.token ~= '0'
  if how == 'cancel' and leased then
    r.cancelled = '1'
    save(id, r)
    tell('cancelling', id)
    return 'f'
  elseif (how == 'cancel' and dead) or (how == 'purge' and not dead) then
    return 'n'
  end
  redis.call('ZREM', DEAD, id)
  redis.call('ZREM', LEASED, id)
  redis.call('ZREM', READY, r.seq .. id)
  redis.call('ZREM', SCHEDULED, r.seq .. id)
  gone[#gone + 1] = id
  tell(event, id)
  return 'g'
end

for i = 5, #ARGV do
  local r = read(redis.call('HGET', RECORDS, ARGV[i]))
  states[#states + 1] = r and drop(ARGV[i], r) or 'n'
end
erase(gone)
count(event, #gone)
local letters = table.concat(states)
if string.find(letters, '[gf]') then
  remember(letters)
  -- A lease less may be what the queue's limit was waiting for.
  wake()
  keep()
end
return letters
