-- The beginning of the scripts that read events, behind task.lua.
-- KEYS, ARGV 1-6 see task.lua
-- Returns nothing by itself. Cost O(1).

-- The events after a generation, as many as fit, and whether some there are gone.
local function events_after(task, generation, count_max, bytes_max)
  local events, bytes, more, count = {}, 0, true, 1
  -- What lies behind, or has another id, is a stranger's.
  local from, to = '(' .. text(generation) .. '-0', text(task.generation) .. '-0'
  while more and #events < count_max and bytes < bytes_max do
    local page = redis.call('XRANGE', task.events, from, to, 'COUNT', count)
    more = #page == count
    for _, event in ipairs(page) do
      from = '(' .. event[1]
      if string.match(event[1], '%-0$') then
        events[#events + 1] = event
        for _, word in ipairs(event[2]) do
          bytes = bytes + #word
        end
      end
    end
    -- Doubled with each step: whoever reads large events gets about twice the bytes at most.
    count = math.min(2 * count, count_max - #events)
  end
  local is_next = events[1] and events[1][1] == text(generation + 1) .. '-0'
  return events, not is_next and task.generation ~= generation
end
