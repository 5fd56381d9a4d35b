-- Gives a unit back, if one is missing. Times are in microseconds.
-- KEYS: the policy's. ARGV: the time or '' for Redis's own, the interval of a unit.
local kept = redis.call('GET', KEYS[1])
if not kept then
  return 0
end
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local arrival = tonumber(kept) - tonumber(ARGV[2])
local life = math.ceil((arrival - now) / 1000)
if life > 0 then
  redis.call('SET', KEYS[1], string.format('%.0f', arrival), 'PX', string.format('%.0f', life))
else
  redis.call('DEL', KEYS[1])
end
return 1
