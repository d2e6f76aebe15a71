-- What the library retrieves was counted as a call of a model at unknown cost. No model was asked, so the sums lose it; the
-- rows of `calls` stay.
WITH retrieved AS (
    SELECT date(called_at / 1000, 'unixepoch') AS day, language, ifnull(model, provider) AS model,
        ifnull(input_tokens, 0) AS input, ifnull(output_tokens, 0) AS output, ifnull(cost_microusd, 0) AS cost,
        input_tokens IS NULL OR output_tokens IS NULL AS unknown
    FROM calls WHERE provider = 'library'
), named (day, dimension, name, input, output, cost, unknown) AS (
    SELECT day, 'all', '', input, output, cost, unknown FROM retrieved
    UNION ALL SELECT day, 'language', language, input, output, cost, unknown FROM retrieved
    UNION ALL SELECT day, 'model', model, input, output, cost, unknown FROM retrieved
), sums AS (
    SELECT day, dimension, name, count(*) AS calls, sum(input) AS input, sum(output) AS output, sum(cost) AS cost,
        sum(unknown) AS unknown
    FROM named GROUP BY 1, 2, 3
    UNION ALL SELECT '', dimension, name, count(*), sum(input), sum(output), sum(cost), sum(unknown)
    FROM named GROUP BY 2, 3
)
UPDATE rollups SET
    calls = rollups.calls - sums.calls,
    input_tokens = input_tokens - sums.input,
    output_tokens = output_tokens - sums.output,
    cost_microusd = cost_microusd - sums.cost,
    unknown_usage_calls = unknown_usage_calls - sums.unknown
FROM sums
WHERE rollups.day = sums.day AND rollups.dimension = sums.dimension AND rollups.name = sums.name;

PRAGMA user_version = 6;
