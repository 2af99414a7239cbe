-- BG/NBD in DuckDB (Fader, Hardie & Lee 2005, Marketing Science 24(2), 275-284).
--
-- Tables: customers(id, frequency, recency, age, horizon), times in one unit; model(r, alpha, a, b).
-- Result: id, log_likelihood (equation 6), probability_alive, expected_purchases (equation 10).
--
-- Everything is in logarithms, and Euler's transformation takes the powers out of 2F1:
--   ((alpha + T) / (alpha + T + t))^(r + x) 2F1(r + x, b + x; a + b + x - 1; z)
--     = (1 - z)^(a - 1) 2F1(a + b - 1 - r, a - 1; a + b + x - 1; z),   z = t / (alpha + T + t),
-- so that buyers of thousands of times overflow nothing. At a = 1 the formula is 0 / 0: NULL.
with recursive known as (
    select
        customers.*,
        model.*,
        horizon / (alpha + age + horizon) as z,
        case when frequency > 0 then
            ln(a / (b + frequency - 1)) + (r + frequency) * ln((alpha + age) / (alpha + recency))
        end as log_odds_left
    from customers, model
),
-- the terms of 2F1, of all customers at once, until they no longer count
series as (
    select id, 0 as k, 1.0::double as term, 1.0::double as total from known
    union all
    select
        id,
        k + 1,
        step.term,
        total + step.term
    from series
    join known using (id),
        lateral (
            select series.term * z * (a + b - 1 - r + k) * (a - 1 + k)
                / ((a + b + frequency - 1 + k) * (k + 1)) as term
        ) as step
    where abs(series.term) > 1e-18 * abs(total) and k < 20000
),
hypergeometric as (select id, arg_max(total, k) as value from series group by id),
answers as (
    select
        id,
        lgamma(r + frequency) - lgamma(r) + r * ln(alpha) - (r + frequency) * ln(alpha + age)
            + lgamma(a + b) - lgamma(b) + lgamma(b + frequency) - lgamma(a + b + frequency)
            + coalesce(greatest(log_odds_left, 0) + ln(1 + exp(-abs(log_odds_left))), 0)
            as log_likelihood,
        case
            when log_odds_left is null then 1
            when log_odds_left > 0 then exp(-log_odds_left) / (1 + exp(-log_odds_left))
            else 1 / (1 + exp(log_odds_left))
        end as probability_alive,
        (a + b + frequency - 1) / nullif(a - 1, 0) * (1 - pow(1 - z, a - 1) * value)
            as purchases_if_alive
    from known join hypergeometric using (id)
)
select
    id,
    log_likelihood,
    probability_alive,
    probability_alive * purchases_if_alive as expected_purchases
from answers
order by id
