-- Keeps a page if its generation is in force and no change is expected.
-- KEYS: generation, marks, page. ARGV: generation, page, life in ms; the life of a mark in ms.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- A mark that ends later than any that is made now is of a clock that was set back since.
local latest = string.format('%.0f', now + ARGV[4])
if redis.call('ZCOUNT', KEYS[2], '(' .. string.format('%.0f', now), latest) > 0 then
  return 0
end
redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3])
return 1
