"""Purchase histories: how often, how recently, for how long and for how much customers buy.

Four numbers say all that the models of :mod:`custvalue.lifetime` need of a customer:
`frequency` x, the number of *repeat* purchase days (not of all purchases); `recency` t_x, the
age of the customer at the last purchase; `age` T, the time from the first purchase to the end of
observation; `monetary_value`, the mean spend of the repeat purchase days. Dates are days, so many
customers share (x, t_x, T): likelihoods see the distinct cells and their counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, Self, get_args

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._aligned import require_one_index
from custvalue._checks import require_choice
from custvalue._columns import as_array
from custvalue._histories.about import About, days_of_all, later_about
from custvalue._histories.cells import Cells
from custvalue._histories.compressing import cell_of_each, compressed, whole_days
from custvalue._histories.covariates.changing.followed import (
    FollowedPurchases,
    on_other_paths,
    require_changing,
    require_followed,
    require_paths_of,
)
from custvalue._histories.covariates.changing.table import ChangingCovariates
from custvalue._histories.covariates.table import (
    Covariates,
    Unknown,
    of_customers,
    of_rows,
    require_as_many,
    require_table,
)
from custvalue._histories.days import day_number, observed_to
from custvalue._histories.earlier_customers import from_before
from custvalue._histories.entry import entered_cell_of_each, entered_cells
from custvalue._histories.excluded import ExcludedTransactions
from custvalue._histories.history_checks import NET, check_entry, check_money, check_purchases
from custvalue._histories.history_table import history_table
from custvalue._histories.identifiers import different_customers
from custvalue._histories.intervals import checked_log_intervals, in_other_unit
from custvalue._histories.other_names import require_our_names
from custvalue._histories.rows import check_lengths, refuse
from custvalue._histories.selecting import IdentifiedRows
from custvalue._histories.summary import Summary
from custvalue._histories.transactions import (
    AfterEnd,
    KeepOrNot,
    Overlap,
    Returns,
    Rules,
    Unmatched,
    summarise,
)
from custvalue._histories.units import DAYS, Horizon, TimeUnit, checked_unit
from custvalue._histories.updating import (
    days_and_sums,
    known_to,
    require_later,
    require_same_spend,
    updated,
)
from custvalue._rows import FloatArray, IntArray, LabelArray, read_only
from custvalue._table import Table
from custvalue._words import count, one_line
from custvalue.errors import DataError

NOTHING_EXCLUDED = ExcludedTransactions()


@dataclass(frozen=True, eq=False, repr=False)
class PurchaseHistory(IdentifiedRows):
    """Purchase histories of customers, one row each.

    Use :meth:`from_transactions`, :meth:`from_frame` or :meth:`from_arrays`. Arrays are copied,
    checked and read-only.

    Parameters
    ----------
    customer : ndarray of shape (n,)
        Identifiers, all different; 0, 1, 2, … if it is None.
    frequency : ndarray of float64, shape (n,)
        Repeat purchase days x, whole numbers >= 0.
    recency : ndarray of float64, shape (n,)
        Age at the last purchase t_x, in `unit`; 0 exactly where `frequency` is 0.
    age : ndarray of float64, shape (n,)
        Age at the end of observation T, in `unit`.
    monetary_value : ndarray of float64, shape (n,), or None
        Mean spend of the repeat purchase days; 0 where `frequency` is 0 (a missing value there
        becomes 0).
    unit : {"day", "week", "month", "year"}
        The unit of `recency` and `age`.
    observation_end : date or None
        The last day of observation, where it is known.
    excluded : ExcludedTransactions
        What was excluded on request, by reason.
    log_intervals : ndarray of float64, shape (n,), or None
        Sum of log(interval in `unit`) over the intervals between successive purchase days; 0 where
        `frequency` is 0 (a missing value there becomes 0), log(`recency`) where it is 1. Only the
        models of regular buyers need it, to choose k.
    entry : ndarray of float64, shape (n,), or None
        Age at which the customer enters the history, in `unit`: purchases up to it are not known,
        and `frequency` counts those after it; 0 where the first purchase is known, and where
        the others are repeat purchases. None if that is so of all customers. Only models whose
        likelihood is exact for customers from before the log take it: :class:`NBD`,
        :class:`ParetoNBD`, :class:`GammaGompertzNBD`.
    covariates : Covariates or None
        What else is known of the customers, and does not change: :meth:`with_covariates`.
    changing : FollowedPurchases or None
        The paths of covariates that change, and the days of all purchases on them;
        :meth:`from_transactions` makes it.

    Raises
    ------
    DataError
        If the columns contradict each other or their own definition: column, row, value.
    UnitError
        If `unit` is unknown.

    Examples
    --------
    >>> history = PurchaseHistory.from_arrays(
    ...     frequency=[2, 0, 0], recency=[30, 0, 0], age=[38, 39, 39], unit="week"
    ... )
    >>> history
    PurchaseHistory(customers=3, repeat_customers=1, purchases=2, unit='week')
    >>> history.cells.count
    array([2., 1.])
    """

    NUMBERS: ClassVar = ("frequency", "recency", "age", "monetary_value", "log_intervals", "entry")

    customer: LabelArray
    frequency: FloatArray
    recency: FloatArray
    age: FloatArray
    monetary_value: FloatArray | None
    unit: TimeUnit
    observation_end: date | None = None
    excluded: ExcludedTransactions = NOTHING_EXCLUDED
    log_intervals: FloatArray | None = None
    entry: FloatArray | None = None
    covariates: Covariates | None = None
    changing: FollowedPurchases | None = None

    def __post_init__(self) -> None:
        checked_unit(self.unit)
        numbered = self.customer is None
        if not numbered:
            object.__setattr__(self, "customer", np.atleast_1d(as_array(self.customer)))
        self._take_numbers()
        if numbered:
            object.__setattr__(self, "customer", np.arange(len(self)))
        check_lengths(self.columns(), "the history is empty")
        check_purchases(self.frequency, self.recency, self.age, self.unit)
        if not numbered:
            object.__setattr__(self, "customer", different_customers(self.customer))
        if self.monetary_value is not None:
            check_money(self.monetary_value, self.frequency)
            self.monetary_value[self.frequency == 0] = 0.0
        if self.log_intervals is not None:
            checked_log_intervals(self.log_intervals, self.frequency, self.recency)
        if self.entry is not None and not check_entry(
            self.entry, self.frequency, self.recency, self.age
        ):
            object.__setattr__(self, "entry", None)
        if self.covariates is not None:
            require_as_many(self.covariates, len(self))
        if self.changing is not None:
            require_followed(self.changing, self.frequency, self.recency * DAYS[self.unit])
        super().__post_init__()

    @classmethod
    def from_transactions(
        cls,
        log: Any,
        *,
        customer: str,
        date: str,
        spend: str | None = None,
        observation_end: str | date,
        unit: TimeUnit,
        after_end: AfterEnd = "raise",
        returns: Returns = "raise",
        return_columns: Sequence[str] = (),
        unmatched_returns: Unmatched = "raise",
        largest_spend: float | None = None,
        zero_spend: KeepOrNot = "keep",
        duplicates: KeepOrNot = "keep",
        duplicate_columns: Sequence[str] | None = None,
        date_format: str | None = None,
        time_zone: str | None = None,
        log_intervals: bool | None = None,
        observation_start: str | date | None = None,
        customers: Any = None,
        since: str = "since",
        new_customers_only: Horizon | None = None,
        covariates: Sequence[str] = (),
        changing: ChangingCovariates | None = None,
    ) -> PurchaseHistory:
        """Make histories from a log with one row per purchase.

        Purchases of a customer on one calendar day are one occasion, their spend added up;
        `frequency` counts the occasions after the first. The end of observation is inclusive:
        a purchase on that day counts. Times are whole days divided by the days of the unit.

        Parameters
        ----------
        log : dataframe or mapping
            pandas, polars, pyarrow, DuckDB, … or a mapping of column name to sequence. Lazy ones
            (DuckDB, polars' LazyFrame) are grouped in their engine; only the result is fetched.
        customer, date, spend : str
            Columns. Customers are whole numbers or text; dates are dates, datetimes without a
            zone, or text in ISO 8601; spend is a number, and optional.
        observation_end : str or date
            The last day of observation, ``"1997-09-30"``.
        unit : {"day", "week", "month", "year"}
            The unit of `recency` and `age`; it does not merge purchases.
        after_end : {"raise", "ignore"}
            What to do with transactions after the end of observation.
        returns : {"raise", "net", "drop", "pair", "profit"}
            What to do with negative spend. ``"net"``: it is no purchase, but is set against the
            customer's spend; a day with nothing but returns is no occasion, and a day with a
            purchase is one, whatever its net. `monetary_value` is then what the customer spent,
            net, after the first day, divided by the repeat purchase days, and may be negative; it
            stays 0 for those who never came back. ``"pair"``: a return undoes the latest earlier
            purchase (or one at the same moment) of the same customer for the same amount, and a day
            on which nothing is left is no occasion; only for logs in memory. ``"profit"``: amounts
            are profits, and one below 0 is a purchase that brought a loss.
        return_columns : sequence of str
            For ``returns="pair"``: columns that a return shares with its purchase, as in
            ``["product"]`` or ``["order"]``. Then a part may be returned: where no single purchase
            has the amount, the latest are reduced, if together they suffice.
        unmatched_returns : {"raise", "net", "drop"}
            What to do with returns for which ``returns="pair"`` finds no purchase, as in
            `returns`.
        largest_spend : float, optional
            Amounts above it count as this much, and below ``-largest_spend`` as minus this much, so
            that no single purchase dominates what is expected of a customer; `excluded.capped`
            says how many. It applies after returns are paired.
        zero_spend : {"keep", "raise", "drop"}
            What to do with purchases with zero spend.
        duplicates : {"keep", "raise", "drop"}
            What to do with rows that repeat another one in customer, date (with its time of day),
            spend and `duplicate_columns`. They are kept by default: two like purchases on a day do
            happen, and count as one occasion.
        duplicate_columns : sequence of str, optional
            Which further columns a duplicate repeats, as in ``["invoice", "product"]``; by default
            all other columns of the log. Name them where others, such as a row number, always
            differ. With ``[]`` two products at one price on one invoice are one.
        date_format : str, optional
            How text is written, as in :meth:`datetime.datetime.strptime`.
        time_zone : str, optional
            The zone in which days are counted, ``"Europe/Berlin"``; needed where times carry a
            zone.
        log_intervals : bool, optional
            Whether to add up the logarithms of the intervals between purchases, for the models of
            regular buyers. By default for logs in memory, where it costs little; a lazy log needs
            a window function for it.
        observation_start : str or date, optional
            The first day of the log, where customers existed before it: for `customers`, and for
            `new_customers_only`, where it is the first day with a purchase by default.
        customers : dataframe or mapping, optional
            Everybody who became a customer up to the end, one row each, **also who never bought
            since**: the identifier, in a column called as in the log, and the day of the first
            purchase. Who came before the log gets an `entry`, the age on the day before
            `observation_start`, and `frequency` counts the purchase days of the log; who did not
            buy in it, has none. For the models that say so in the class.
        since : str
            The column of `customers` with the day of the first purchase.
        new_customers_only : str or timedelta, optional
            Where nobody knows who is new: leave out customers who are first seen within this time
            after the start, as in ``"180 days"``, and take the others as new. Old customers who
            waited longer are taken as new, too. ``excluded.early_customers`` counts who is left
            out.
        covariates : sequence of str
            Columns of `customers` that the history is to carry, as :meth:`with_covariates` adds
            them. Then `customers` needs the days of first purchases only together with
            `observation_start`.
        changing : ChangingCovariates, optional
            Covariates that change, known from the first purchase of each customer to the end of
            observation. Where they have several paths, `customers` has a column that says which
            one a customer is on. Not for customers from before the log. All days with a purchase
            are fetched then, also from a lazy log.

        Raises
        ------
        DataError
            If the log is empty, a column is absent, a value is missing or is not what it must
            be, or a rule refuses a row: column, row (for lazy logs the number of rows), value.
        ParameterError
            If an argument is unknown, or `observation_start` is given alone.
        UnitError
            If `unit` is unknown.

        Notes
        -----
        To take the first purchase in the log for the first one of all is wrong where customers are
        older. Simulated: 20,000 customers who came evenly over 3 years, of which the log holds the
        last one; Pareto/NBD in weeks; medians of 8 samples, and purchases that the fit expects
        in the next year of the customers whom it knows, as a share of what they bought:

        ===================================  =====  =====  =====  =====  =========
        first purchase                         r    alpha    s    beta   forecast
        ===================================  =====  =====  =====  =====  =========
        truth                                0.55   10.6   0.60   11.7
        the first one in the log             0.71   11.6   0.25    6.4     1.21
        ``new_customers_only="180 days"``    0.58   12.4   0.57   13.6     1.10
        ``customers=``                       0.56   11.0   0.59   11.0     1.01
        ===================================  =====  =====  =====  =====  =========

        Examples
        --------
        >>> log = {
        ...     "who": ["ann", "ann", "bob", "ann"],
        ...     "when": ["2024-01-01", "2024-01-15", "2024-01-03", "2024-01-15"],
        ...     "paid": [20.0, 30.0, 9.0, 5.0],
        ... }
        >>> history = PurchaseHistory.from_transactions(
        ...     log,
        ...     customer="who",
        ...     date="when",
        ...     spend="paid",
        ...     observation_end="2024-02-05",
        ...     unit="week",
        ... )
        >>> history.frequency, history.recency, history.age, history.monetary_value
        (array([1., 0.]), array([2., 0.]), array([5.        , 4.71428571]), array([35.,  0.]))
        """
        checked_unit(unit)
        start = None
        if observation_start is not None:
            start = observed_to(observation_start, "observation_start")
        require_table(customers, covariates)
        about = bool(covariates) or changing is not None
        births = None if about and start is None else customers
        if changing is not None:
            require_changing(changing, earlier=births is not None)
        rules = Rules(
            customer_column=customer,
            date_column=date,
            spend_column=spend,
            end=observed_to(observation_end),
            after_end=after_end,
            returns=returns,
            return_columns=return_columns,
            unmatched_returns=unmatched_returns,
            largest_spend=largest_spend,
            zero_spend=zero_spend,
            duplicates=duplicates,
            duplicate_columns=duplicate_columns,
            date_format=date_format,
            time_zone=time_zone,
            log_intervals=log_intervals,
            **from_before(start, births, since, customer, new_customers_only),
            keep_days=changing is not None,
        )
        return cls._from_rules(log, rules, unit, About(customers, covariates, changing))

    @classmethod
    def _from_rules(cls, log: Any, rules: Rules, unit: TimeUnit, about: About) -> PurchaseHistory:
        """Group a log by customer, as the rules say, and add what else is known."""
        checked_unit(unit)
        summary, excluded = summarise(log, rules)
        history = cls._of_days(summary, excluded, rules.end, unit)
        known: PurchaseHistory = about.added(history, summary, rules)
        return known

    @classmethod
    def _of_days(
        cls, summary: Summary, excluded: ExcludedTransactions, end: date, unit: TimeUnit
    ) -> PurchaseHistory:
        """Turn days and sums into frequency, recency, age and mean spend."""
        per_unit, frequency = DAYS[unit], summary.occasions - 1
        money = None
        if summary.spent is not None:  # returns after the only purchase are no repeat spend
            money = np.where(frequency > 0, summary.spent / np.maximum(frequency, 1), 0.0)
        return cls(
            customer=summary.customer,
            frequency=frequency,
            recency=(summary.last - summary.first) / per_unit,
            age=(day_number(end) - summary.first) / per_unit,
            monetary_value=money,
            unit=unit,
            observation_end=end,
            excluded=excluded,
            log_intervals=in_other_unit(summary.log_intervals, frequency, 1 / per_unit),
            entry=None if summary.entry is None else summary.entry / per_unit,
        )

    def update(
        self,
        log: Any,
        *,
        customer: str,
        date: str,
        spend: str | None = None,
        observation_end: str | date,
        overlap: Overlap = "raise",
        after_end: AfterEnd = "raise",
        returns: Returns = "raise",
        largest_spend: float | None = None,
        zero_spend: KeepOrNot = "keep",
        duplicates: KeepOrNot = "keep",
        duplicate_columns: Sequence[str] | None = None,
        date_format: str | None = None,
        time_zone: str | None = None,
        changing: ChangingCovariates | None = None,
        customers: Any = None,
    ) -> PurchaseHistory:
        """Add the transactions after the end of observation, without those before it.

        The result is what :meth:`from_transactions` makes of the whole log with the same rules;
        means of spend may differ in the last digit. New customers are added, in ascending order
        if all customers are, else at the end.

        Parameters
        ----------
        log : dataframe or mapping
            The new transactions, as in :meth:`from_transactions`; there may be none.
        customer, date, spend : str
            Columns, as there; `spend` exactly if the history has `monetary_value`.
        observation_end : str or date
            The new last day of observation, after that of the history.
        overlap : {"raise", "ignore"}
            What to do with transactions up to the old end of observation. ``"ignore"``: the
            history has them already. Late ones cannot be added.
        after_end, returns, largest_spend, zero_spend, duplicates, duplicate_columns
            As in :meth:`from_transactions`, but for ``returns="pair"``, which needs the whole log.
        date_format, time_zone
            As there. Give the rules of the history. With ``returns="net"``
            one thing is not known: what was returned after the only purchase of a customer, who
            then comes back after the update. These returns are left out of `monetary_value`.
        changing : ChangingCovariates, optional
            Of a history with covariates that change: what they are, up to the new end; by default
            those of the history, where they are known so far.
        customers : dataframe or mapping, optional
            Where these have several paths and customers are new: which one each of all customers is
            on, as in :meth:`from_transactions`.

        Returns
        -------
        PurchaseHistory
            With `log_intervals` if the history has them. `excluded` adds up what was excluded;
            `after_end` is that of the new log. A customer excluded before who buys now is still
            counted there.

        Raises
        ------
        DataError
            As in :meth:`from_transactions`; for transactions that overlap the history; if
            identifiers are numbers on one side and text on the other.
        ParameterError
            If the history has no `observation_end`, the new one is not after it, `spend` is
            missing or too much, or an argument is unknown.

        Examples
        --------
        >>> january = {"who": ["ann", "bob"], "when": ["2024-01-01", "2024-01-03"]}
        >>> history = PurchaseHistory.from_transactions(
        ...     january, customer="who", date="when", observation_end="2024-01-31", unit="day"
        ... )
        >>> february = {"who": ["ann", "cid"], "when": ["2024-02-05", "2024-02-10"]}
        >>> later = history.update(
        ...     february, customer="who", date="when", observation_end="2024-02-29"
        ... )
        >>> later.customer, later.frequency, later.age
        (array(['ann', 'bob', 'cid'], dtype='<U3'), array([1., 0., 0.]), array([59., 57., 19.]))
        """
        require_births(self, "update")
        require_paths_of(self.changing, changing)
        require_same_spend(spend, self.monetary_value)
        known = known_to(self.observation_end)
        rules = Rules(
            customer_column=customer,
            date_column=date,
            spend_column=spend,
            end=observed_to(observation_end),
            after_end=after_end,
            returns=returns,
            largest_spend=largest_spend,
            zero_spend=zero_spend,
            duplicates=duplicates,
            duplicate_columns=duplicate_columns,
            date_format=date_format,
            time_zone=time_zone,
            log_intervals=self.log_intervals is not None,
            known_to=known,
            overlap=overlap,
            keep_days=self.changing is not None,
        )
        require_later(rules.end, known)
        before = days_and_sums(self, self.customer, self.monetary_value, self.log_intervals, known)
        before = before._replace(days=days_of_all(self))
        summary, excluded = updated(before, self.excluded, log, rules)
        later = self._of_days(summary, excluded, rules.end, self.unit)
        whole: PurchaseHistory = later_about(self, later, summary, rules, (changing, customers))
        return whole

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        customer: str | None = None,
        frequency: str = "frequency",
        recency: str = "recency",
        age: str = "age",
        monetary_value: str | None = None,
        log_intervals: str | None = None,
        profits: bool = False,
        entry: str | None = None,
        covariates: Sequence[str] = (),
        unit: TimeUnit,
        observation_end: str | date | None = None,
    ) -> PurchaseHistory:
        """Make histories from a table with one row per customer.

        Parameters
        ----------
        frame : dataframe or mapping
            pandas, polars, pyarrow, DuckDB, … or a mapping of column name to sequence.
        customer, frequency, recency, age, monetary_value, log_intervals, entry : str
            Columns, as in the class; without `customer`, customers are numbered from 0.
        profits : bool
            Whether monetary values are profits, which may be negative.
        covariates : sequence of str
            Columns of covariates, as :meth:`with_covariates` takes them.
        unit : {"day", "week", "month", "year"}
            The unit of `recency` and `age`.
        observation_end : str or date, optional
            The last day of observation, where it is known.

        Raises
        ------
        DataError, UnitError
            As in the class, or if a column is absent, or a covariate is missing.

        Examples
        --------
        >>> frame = {"id": ["ann", "bob"], "x": [1, 0], "t_x": [2, 0], "T": [5, 4.7]}
        >>> PurchaseHistory.from_frame(
        ...     frame, customer="id", frequency="x", recency="t_x", age="T", unit="week"
        ... ).customer
        array(['ann', 'bob'], dtype='<U3')
        """
        source = _frames.Source(frame)
        require_our_names(source.names, frequency=frequency, recency=recency, age=age)
        columns = source.named(
            customer=customer,
            frequency=frequency,
            recency=recency,
            age=age,
            monetary_value=monetary_value,
            log_intervals=log_intervals,
            entry=entry,
        )
        labels = None
        if customer is not None:
            different, places = source.codes(columns.pop("customer"))
            labels = different[places]
        numbers = {argument: source.numbers(name) for argument, name in columns.items()}
        history = cls.from_arrays(
            **numbers,
            customer=labels,
            profits=profits,
            unit=unit,
            observation_end=observation_end,
        )
        if not covariates:
            return history
        return replace(history, covariates=of_rows(source, covariates))

    @classmethod
    def from_arrays(
        cls,
        *,
        frequency: npt.ArrayLike,
        recency: npt.ArrayLike,
        age: npt.ArrayLike,
        monetary_value: npt.ArrayLike | None = None,
        log_intervals: npt.ArrayLike | None = None,
        profits: bool = False,
        entry: npt.ArrayLike | None = None,
        unit: TimeUnit,
        customer: npt.ArrayLike | None = None,
        observation_end: str | date | None = None,
    ) -> PurchaseHistory:
        """Make histories from arrays, or of one customer from numbers.

        Parameters
        ----------
        frequency, recency, age : array_like of shape (n,), or float
        monetary_value, log_intervals, entry : array_like of shape (n,), or float, optional
            As in the class.
        profits : bool
            Whether monetary values are profits, which may be negative: for :class:`NormalSpend`.
        unit : {"day", "week", "month", "year"}
            The unit of `recency` and `age`.
        customer : array_like of shape (n,), optional
            Identifiers; 0, 1, 2, … by default.
        observation_end : str or date, optional
            The last day of observation, where it is known.

        Raises
        ------
        DataError, UnitError
            As in the class, or if `monetary_value` is negative and no profit.

        Examples
        --------
        >>> one = PurchaseHistory.from_arrays(frequency=2, recency=30.43, age=38.86, unit="week")
        >>> len(one)
        1
        """
        given: dict[str, Any] = {
            "customer": customer,
            "frequency": frequency,
            "recency": recency,
            "age": age,
            "monetary_value": monetary_value,
            "log_intervals": log_intervals,
            "entry": entry,
        }
        require_one_index(given)
        end = None if observation_end is None else observed_to(observation_end)
        history = cls(**given, unit=unit, observation_end=end)
        if (money := history.monetary_value) is not None and not profits:
            refuse("monetary_value", ">= 0", money < 0, money, NET)
        return history

    @property
    def customers(self) -> int:
        """Number of customers."""
        return len(self)

    @property
    def repeat_customers(self) -> int:
        """Number of customers who came back at least once."""
        return int(np.count_nonzero(self.frequency))

    @cached_property
    def cells(self) -> Cells:
        """The distinct (x, t_x, T) and how many customers have them."""
        return compressed(self) if self.entry is None else entered_cells(self)

    @cached_property
    def cell_of_customer(self) -> IntArray:
        """Position in :attr:`cells` of each customer, shape (n,); made when first asked for."""
        return read_only(cell_of_each(self) if self.entry is None else entered_cell_of_each(self))

    def per_customer(self, cell_values: FloatArray) -> FloatArray:
        """Spread values of the cells over the customers, shape (n,).

        Parameters
        ----------
        cell_values : ndarray of shape (cells,)
            One value per cell; of one cell it may be a number.
        """
        values = np.atleast_1d(cell_values)
        return values if len(self) == 1 else values[self.cell_of_customer]

    def one_of_each_cell(self) -> PurchaseHistory:
        """Return the history of one customer of each of the :attr:`cells`."""
        cells = self.cells
        columns: dict[str, Any] = cells.since_birth
        one = type(self).from_arrays(**columns, unit=self.unit)
        object.__setattr__(one, "cells", cells)  # its own, one customer each
        object.__setattr__(one, "cell_of_customer", read_only(np.arange(len(cells))))
        return one

    def _rows_at(self, places: npt.NDArray[Any]) -> Self:
        """Return the rows at positions, or where a mask is true."""
        some: Any = {name: column[places] for name, column in self.columns().items()}
        known = None if self.covariates is None else self.covariates.at(places)
        paths = None if self.changing is None else self.changing.at(places, self.frequency)
        return replace(self, **some, covariates=known, changing=paths)

    def with_covariates(
        self,
        table: Any,
        *,
        customer: str,
        covariates: Sequence[str],
        unknown: Unknown = "raise",
    ) -> PurchaseHistory:
        """Return the same histories with covariates, which replace those that there are.

        Parameters
        ----------
        table : dataframe or mapping
            One row per customer, in any order.
        customer : str
            The column with the identifiers of this history.
        covariates : sequence of str
            Columns of numbers or of text. A code such as a dealer's number is a category only if it
            is text.
        unknown : {"raise", "ignore"}
            What to do with customers who are not in this history.

        Raises
        ------
        DataError
            If a column is absent or a value missing, a customer of the history has no row or
            several, or the table has customers who are not in it.
        ParameterError
            If `covariates` is no list of columns, or `unknown` is unknown.

        Examples
        --------
        >>> both = PurchaseHistory.from_arrays(
        ...     customer=["ann", "bob"],
        ...     frequency=[2, 0],
        ...     recency=[30, 0],
        ...     age=[38, 39],
        ...     unit="week",
        ... )
        >>> table = {"id": ["bob", "ann"], "region": ["south", "north"]}
        >>> both.with_covariates(table, customer="id", covariates=["region"]).covariates["region"]
        array(['north', 'south'], dtype='<U5')
        """
        require_choice("unknown", unknown, get_args(Unknown))
        found = of_customers(
            table, self.customer, customer=customer, covariates=covariates, unknown=unknown
        )
        return replace(self, covariates=found)

    def with_changing(self, changing: ChangingCovariates) -> PurchaseHistory:
        """Return the same histories on other paths: known for longer, or what if.

        Parameters
        ----------
        changing : ChangingCovariates
            With the same paths as before, by their labels.

        Raises
        ------
        DataError
            If a path is absent, or is not known for as long as its customers are.
        ParameterError
            If the history has no changing covariates, or `changing` is none.

        Examples
        --------
        >>> log = {"who": ["ann", "ann"], "when": ["2025-01-06", "2025-01-20"]}
        >>> weeks = {"week": ["2025-01-06", "2025-01-13", "2025-01-20"], "sale": [0, 1, 0]}
        >>> sales = ChangingCovariates.from_frame(weeks, start="week", covariates=["sale"])
        >>> history = PurchaseHistory.from_transactions(
        ...     log,
        ...     customer="who",
        ...     date="when",
        ...     observation_end="2025-01-26",
        ...     unit="week",
        ...     changing=sales,
        ... )
        >>> weeks = {"week": [*weeks["week"], "2025-01-27"], "sale": [0, 1, 0, 1]}
        >>> plan = ChangingCovariates.from_frame(weeks, start="week", covariates=["sale"])
        >>> history.with_changing(plan).changing.covariates.last_day
        datetime.date(2025, 2, 2)
        """
        require_changing(changing, earlier=False)
        ends = self.age * DAYS[self.unit]
        return replace(self, changing=on_other_paths(self.changing, changing, ends, self.customer))

    def in_unit(self, unit: TimeUnit) -> PurchaseHistory:
        """Return the same histories with times in another unit.

        Parameters
        ----------
        unit : {"day", "week", "month", "year"}
            The new unit; a year is 365.25 days, a month its twelfth.

        Raises
        ------
        UnitError
            If `unit` is unknown.

        Examples
        --------
        >>> one = PurchaseHistory.from_arrays(frequency=2, recency=30, age=38, unit="week")
        >>> one.in_unit("day").recency
        array([210.])
        """
        old, new = DAYS[self.unit], DAYS[checked_unit(unit)]
        recency, age = (
            times * (old / new) if (days := whole_days(times, old)) is None else days / new
            for times in (self.recency, self.age)
        )
        sums = in_other_unit(self.log_intervals, self.frequency, old / new)
        entry = None if self.entry is None else self.entry * (old / new)
        return replace(self, recency=recency, age=age, unit=unit, log_intervals=sums, entry=entry)

    def __repr__(self) -> str:
        return one_line(
            "PurchaseHistory",
            customers=len(self),
            repeat_customers=self.repeat_customers,
            purchases=int(self.frequency.sum()),
            unit=self.unit,
        )

    def _table(self) -> Table:
        return history_table(self)


def checked_history(history: object, model_name: str, *, enters: bool = False) -> PurchaseHistory:
    """Return `history` if it is one of purchases at any time, known from birth where need be."""
    if not isinstance(history, PurchaseHistory):
        one_by_one = " Or use cells.to_history()." if hasattr(history, "to_history") else ""
        raise DataError(
            f"{model_name} needs a PurchaseHistory, in which customers buy at any time, but it is: "
            f"{type(history).__name__}. Make one with PurchaseHistory.from_transactions; for "
            f"discrete opportunities use BGBB.{one_by_one}"
        )
    if not enters:
        require_births(history, model_name)
    return history


def require_births(history: PurchaseHistory, what: str) -> None:
    """Raise where customers are older than the log, and what is asked cannot take them."""
    if history.entry is not None:
        raise DataError(
            f"{what} needs customers who are observed from the first purchase on, but "
            f"{count(int(np.count_nonzero(history.entry)), 'customer')} entered the history later "
            f"(entry > 0). Fits and predictions of ParetoNBD, GammaGompertzNBD and NBD take them; "
            f"here keep the others only: history.select(history.entry == 0).",
            column="entry",
        )
