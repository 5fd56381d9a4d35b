-- Keeps a page if its generation is in force and no change is expected.
-- KEYS: generation, marks, page. ARGV: generation, page, life in ms.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
if redis.call('ZCOUNT', KEYS[2], '(' .. now, '+inf') > 0 then
  return 0
end
redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3])
return 1
