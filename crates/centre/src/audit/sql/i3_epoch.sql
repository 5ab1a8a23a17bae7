-- Only a life that has begun holds an allowance.
SELECT
    'allowance ' || allowance.member_id || '/' || allowance.id AS place,
    'an epoch up to ' || device.epoch AS expected,
    'epoch ' || allowance.epoch AS found
FROM allowance
JOIN device ON device.id = allowance.device_id
WHERE allowance.epoch > device.epoch OR allowance.epoch < 1
