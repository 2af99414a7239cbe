-- Net Promoter Score in DuckDB, by group: table answers(site, answer), whole answers from 0 to 10.
-- The variance of a score is that of the three values 100, 0 and -100.
with shares as (
    select
        site,
        count(*) as n,
        avg((answer >= 9)::integer) as promoters,
        avg((answer <= 6)::integer) as detractors
    from answers
    where answer between 0 and 10
    group by site
)
select
    site,
    n,
    100 * (promoters - detractors) as score,
    100 * sqrt((promoters + detractors - pow(promoters - detractors, 2)) / n) as standard_error
from shares
order by site
