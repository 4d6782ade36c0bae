-- What other clients wrote into the set of ready tasks: put in front of settle.lua.
-- KEYS see queue.lua
-- ARGV none of its own
-- Returns nothing by itself. Cost O(log n) for each such member.

local function set_aside(member, score, reason)
  local id = 'foreign:' .. redis.sha1hex(member)
  -- The same bytes once more add nothing to what is there.
  if redis.call('HEXISTS', RECORDS, id) == 0 then
    redis.call('HSET', TASKS, id, member)
    bury(id, read(new_record(hex(numbers(1)), score)), reason)
  end
end

-- Replaces what is sound, from the longest sequences on, and looks whether anything is left.
local function is_utf8(bytes)
  for _, sequence in ipairs({'\240[\144-\191][\128-\191][\128-\191]',
      '[\241-\243][\128-\191][\128-\191][\128-\191]', '\244[\128-\143][\128-\191][\128-\191]',
      '\224[\160-\191][\128-\191]', '[\225-\236\238\239][\128-\191][\128-\191]',
      '\237[\128-\159][\128-\191]', '[\194-\223][\128-\191]'}) do
    bytes = string.gsub(bytes, sequence, ' ')
  end
  return not string.find(bytes, '[\128-\255]')
end

-- As in Task: not blank, and not too long.
local function is_id(id)
  return type(id) == 'string' and #id <= 1024 and string.find(id, '[\33-\255]') and is_utf8(id)
end

-- A member that another client wrote: a task as JSON, or nobody knows what.
local function adopt(member, score)
  local sound, task = pcall(cjson.decode, member)
  if not sound or type(task) ~= 'table' then
    set_aside(member, score, 'not a task: no JSON object')
  elseif not is_id(task.id) then
    set_aside(member, score, 'not a task: no sound id')
  elseif redis.call('HEXISTS', RECORDS, task.id) == 1 then
    set_aside(member, score, 'a task with the id ' .. task.id .. ' is in the queue')
  else
    local record = new_record(hex(numbers(1)), score)
    redis.call('HSET', TASKS, task.id, member)
    redis.call('HSET', RECORDS, task.id, record)
    return task.id, record
  end
end

