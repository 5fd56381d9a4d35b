-- Takes a unit of each policy (GCRA), up to and including the first that refuses. Times are in
-- microseconds; what is kept is the theoretical arrival time: when all units are there again.
-- KEYS: one for each policy. ARGV: the time or '' for Redis's own; then for each policy the
-- interval of a unit and the tolerance, which is the interval times all units but one.
-- Gives for each: 1 or 0, what remains, the times until all units and until one is there.
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local answer = {}
for i, key in ipairs(KEYS) do
  local interval, tolerance = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local arrival = tonumber(redis.call('GET', key) or now)
  -- No take leads further ahead than a window: this is of a clock that was set back since, or of
  -- another quota.
  if arrival > now + tolerance + interval then
    arrival = now
  end
  local allowed = arrival - tolerance <= now
  local remaining = 0
  if allowed then
    arrival = math.max(arrival, now) + interval
    remaining = math.floor((now + tolerance + interval - arrival) / interval)
    local life = math.ceil((arrival - now) / 1000)
    -- Without a format Lua would write 1.7e+15.
    redis.call('SET', key, string.format('%.0f', arrival), 'PX', string.format('%.0f', life))
  end
  answer[#answer + 1] = allowed and 1 or 0
  answer[#answer + 1] = remaining
  answer[#answer + 1] = math.max(arrival - now, 0)
  answer[#answer + 1] = math.max(arrival - tolerance - now, 0)
  if not allowed then
    break
  end
end
return answer
