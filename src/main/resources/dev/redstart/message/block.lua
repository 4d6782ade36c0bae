-- Puts content blocks into a message, for the scripts that do: put in front of them, behind
-- apart.lua.
-- KEYS see message.lua; 5 where the content is kept if that is apart and on this server
-- ARGV see message.lua
-- Returns nothing. Cost O(size of the block and number of blocks).

-- Room for a thousand ids; a message is read as a whole.
local IDS_BYTES_MAX = 65536

-- Why a block of this id cannot be put there, if so.
local function obstacle(block)
  if KEYS[5] and not is_ours(KEYS[5], id) then
    return 'conflict'
  elseif redis.call('HSTRLEN', MESSAGE, 'content_ids') + #block > IDS_BYTES_MAX then
    return 'full'
  end
end

local function with(list, one)
  return list == '' and one or list .. ' ' .. one
end

-- Adds or replaces it: whether it is new. The fields of what is kept apart stand in ARGV from
-- `first` on.
local function put(block, json, apart, first)
  local new = redis.call('HEXISTS', MESSAGE, 'content_block:' .. block) == 0
  if new then
    set('content_ids', with(redis.call('HGET', MESSAGE, 'content_ids'), block))
  end
  set('content_block:' .. block, json)
  if apart then
    local refs = redis.call('HGET', MESSAGE, 'content_refs') or ''
    if not string.find(' ' .. refs .. ' ', ' ' .. block .. ' ', 1, true) then
      set('content_refs', with(refs, block))
    end
    if not content_due then
      content_due = now + CONTENT_TTL / 4
      set('content_due', string.format('%.0f', content_due))
    end
    if KEYS[5] then
      keep_apart(KEYS[5], id, CONTENT_TTL, first)
    end
  end
  return new
end
