-- The beginning of the scripts of leases, behind task.lua.
-- KEYS, ARGV 1-6 see task.lua
-- Returns nothing by itself. Cost O(1).

-- Whoever lives looks after leases, a third of a lease apart at most. If nobody did for longer,
-- Redis was away, or all were cut off from it: then leases ran out that nobody could renew, and
-- those who are back get half a lease to do so. Until when, ms.
local function look()
  local key = PREFIX .. 'tasks:looked'
  local last, quiet = string.match(redis.call('GET', key) or '0 0', '^(%d+) (%d+)$')
  if now - tonumber(last or 0) > LEASE / 2 then
    quiet = now + math.floor(LEASE / 2)
  end
  redis.call('SET', key, text(now) .. ' ' .. text(quiet), 'PX', text(LEASE))
  return tonumber(quiet)
end
