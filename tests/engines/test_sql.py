"""BigQuery and Snowflake: what is asked of them is written in their SQL and read back, never run.

Each query that a customer base or a survey in Ibis asks is written in either dialect, parsed as
that dialect, and translated into DuckDB's, which gives the numbers of the original query.
"""

from math import isclose

import numpy as np
import pyarrow as pa
import pytest
from trap_logs import TAKEN

from custvalue import drivers, lifetime
from custvalue.survey import Scale, tally

pytestmark = [
    pytest.mark.engines,
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),  # by Ibis of DuckDB
]

ibis = pytest.importorskip("ibis", reason="Ibis is not installed; make engines has it")
sqlglot = pytest.importorskip("sqlglot", reason="sqlglot is not installed; make engines has it")

VISITS = lifetime.ParetoNBD(r=1.05, alpha=4.4, s=0.95, beta=25, unit="week")
PAYS = lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44)
WORTH = {"horizon": "1 year", "annual_discount_rate": 0.1, "margin": 0.3}
# Of BigQuery, which sqlglot does not know: division that gives infinity by 0.
IEEE_DIVIDE = "create macro ieee_divide(a, b) as a / b"
COMPILERS = {"bigquery": "BigQueryCompiler", "snowflake": "SnowflakeCompiler"}


def customer_base(connection):
    """Take a log to scores; return what is lazy at the end."""
    log = TAKEN["many"]
    connection.con.register("log", log.table)
    summary, _ = lifetime.summarise(connection.table("log"), **log.options)
    lifetime.CustomerCells.from_summary(summary, unit="week")
    scored = lifetime.score(summary, purchases=VISITS, spend=PAYS, **WORTH)
    return [summary, scored]


def survey(connection):
    """Count a survey and find its drivers."""
    random = np.random.default_rng(3)
    answers = {name: random.integers(1, 6, 300).astype(float) for name in ("a", "b", "c")}
    table = pa.table({**answers, "g": random.choice(["n", "s"], 300), "w": random.random(300)})
    connection.con.register("answers", table)
    counted = tally(
        connection.table("answers"),
        items=["a", "b", "c"],
        scale=Scale(1, 5),
        by="g",
        weights="w",
        drivers=True,
    )
    drivers.importance(counted, "a")
    return []


@pytest.fixture(scope="module", params=[customer_base, survey], ids=lambda made: made.__name__)
def asked(request):
    """Return a connection and all expressions that it was asked for."""
    connection, found = ibis.duckdb.connect(), []
    kind = type(connection)
    compute = kind.to_pyarrow

    def recorded(self, expression, **options):
        found.append(expression)
        return compute(self, expression, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, "to_pyarrow", recorded)
        found += request.param(connection)
    connection.raw_sql(IEEE_DIVIDE)
    return connection, found


def rows_of(table):
    """Return the rows, sorted, numbers as float."""
    columns = [
        [value if value is None or isinstance(value, str) else float(value) for value in column]
        for column in table.to_pydict().values()
    ]
    return sorted(zip(*columns, strict=True), key=repr)


@pytest.mark.parametrize("dialect", COMPILERS)
def test_every_query_is_written_and_read_back(asked, dialect):
    connection, expressions = asked
    assert len(expressions) > 3
    compiler = getattr(ibis.backends.sql.compilers, COMPILERS[dialect])()
    for expression in expressions:
        written = compiler.to_sqlglot(expression.unbind()).sql(dialect=dialect)
        unknown = sqlglot.parse_one(written, dialect=dialect).find_all(sqlglot.exp.Anonymous)
        assert {each.name.lower() for each in unknown} <= {"ieee_divide"}
        [translated] = sqlglot.transpile(written, read=dialect, write="duckdb")
        one = rows_of(connection.con.sql(translated).to_arrow_table())
        other = rows_of(connection.to_pyarrow(expression))
        assert len(one) == len(other) > 0
        for row, expected in zip(one, other, strict=True):
            for value, known in zip(row, expected, strict=True):
                same = value == known
                assert same or isclose(value, known, rel_tol=1e-9, abs_tol=1e-9)
