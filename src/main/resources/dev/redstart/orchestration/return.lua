-- Put behind session.lua for the scripts that take work from a child that died.
-- KEYS and ARGV are those of the script that follows. Returns nothing by itself. Cost O(1) each.

-- Ends a task that no child survives, so that nobody waits for it for ever.
local function give_up(id, child, count, reports)
  local session = redis.call('HGET', STATE, 'session_id')
  local hash = redis.sha1hex(session .. ' ' .. id)
  local uuid = string.gsub(hash, '^(%x%x%x%x%x%x%x%x)(%x%x%x%x)%x(%x%x%x)%x(%x%x%x)(%x+)$',
    function(a, b, c, d, e)
      return a .. '-' .. b .. '-5' .. c .. '-a' .. d .. '-' .. string.sub(e, 1, 12)
    end)
  local report = '{"type":"report","timestamp":' .. cjson.encode(TIMESTAMP)
    .. ',"message_id":"' .. uuid .. '","task_id":' .. cjson.encode(id)
    .. ',"session_id":' .. cjson.encode(session) .. ',"child_id":' .. child
    .. ',"status":"error","result":null,"error":"given up: the child died in each of ' .. count
    .. ' deliveries","duration_ms":0,"metadata":{"synthetic":true,"deliveries":' .. count .. '}}'
  redis.call('HSET', DONE, id, 'error ' .. uuid)
  redis.call('HDEL', DELIVERIES, id)
  hand_in(reports, report)
  note('task_given_up', 'task_id', id, 'child_id', child, 'deliveries', count)
  renew(DONE)
end

local function is_ours(message)
  local session = message.session_id
  return type(session) ~= 'string' or session == ''
    or session == redis.call('HGET', STATE, 'session_id')
end

-- A child died with this message in its hands: back to the head of a list. Whether it is there now.
local function again(raw, child, target, reports)
  local kind, id, message = look(raw)
  if kind == 'task' and id and is_ours(message) then
    if redis.call('HEXISTS', DONE, id) == 1 then
      redis.call('HDEL', DELIVERIES, id)
      return false
    end
    local count = redis.call('HINCRBY', DELIVERIES, id, 1)
    renew(DELIVERIES)
    if count >= tonumber(redis.call('HGET', STATE, 'deliveries_max')) then
      give_up(id, child, count, reports)
      return false
    end
  end
  redis.call('LPUSH', target, raw)
  return true
end
