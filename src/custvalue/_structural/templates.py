"""The American and the European satisfaction model, whose constructs are measured by your items.

Fornell, Johnson, Anderson, Cha & Bryant (1996), *Journal of Marketing* 60(4): expectation, quality
and value lead to satisfaction, and that to complaints and loyalty. The European model (ECSI
Technical Committee 1998; Tenenhaus, Esposito Vinzi, Chatelin & Lauro 2005, *Computational
Statistics & Data Analysis* 48(1)) adds the image. Later European surveys leave complaints out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from custvalue._respondents.instrument import repeated
from custvalue._structural.model import Model
from custvalue._structural.structure import Construct, Path
from custvalue._words import did_you_mean, listed
from custvalue.errors import ParameterError

ACSI = ("Expectation", "Quality", "Value", "Satisfaction", "Complaints", "Loyalty")
ECSI = ("Image", *ACSI)
MAY_LACK = "Complaints"

OF_ACSI = (
    ("Expectation", "Quality"),
    ("Expectation", "Value"),
    ("Expectation", "Satisfaction"),
    ("Quality", "Value"),
    ("Quality", "Satisfaction"),
    ("Value", "Satisfaction"),
    ("Satisfaction", "Complaints"),
    ("Satisfaction", "Loyalty"),
    ("Complaints", "Loyalty"),
)
OF_IMAGE = (("Image", "Expectation"), ("Image", "Satisfaction"), ("Image", "Loyalty"))


def acsi(columns: Mapping[str, str | Sequence[str]]) -> Model:
    """Return the American satisfaction model for your items.

    Expectation leads to Quality, Value and Satisfaction; Quality to Value and Satisfaction; Value
    to Satisfaction; Satisfaction to Complaints and Loyalty; Complaints to Loyalty. All blocks are
    measured by Mode A.

    Parameters
    ----------
    columns : mapping of str to str or sequence of str
        ``Expectation``, ``Quality``, ``Value``, ``Satisfaction``, ``Loyalty`` and, unless the
        model is to do without, ``Complaints``: the item or the items that measure each.

    Returns
    -------
    Model

    Raises
    ------
    ParameterError
        If a construct is unknown or absent, or has no items, or an item is in two of them.

    References
    ----------
    C. Fornell, M. D. Johnson, E. W. Anderson, J. Cha and B. E. Bryant (1996), The American Customer
    Satisfaction Index, *Journal of Marketing* 60(4), 7-18, figure 1.

    Examples
    --------
    >>> from custvalue import structural
    >>> model = structural.acsi(
    ...     {
    ...         "Expectation": ["overall before", "needs before"],
    ...         "Quality": ["overall", "needs", "faults"],
    ...         "Value": ["price for quality", "quality for price"],
    ...         "Satisfaction": ["satisfied", "as expected", "ideal"],
    ...         "Loyalty": ["again", "price tolerance"],
    ...     }
    ... )
    >>> model.names
    ('Expectation', 'Quality', 'Value', 'Satisfaction', 'Loyalty')
    """
    return _model("acsi", ACSI, OF_ACSI, columns)


def ecsi(columns: Mapping[str, str | Sequence[str]]) -> Model:
    """Return the European satisfaction model for your items.

    The American one with an Image that leads to Expectation, Satisfaction and Loyalty.

    Parameters
    ----------
    columns : mapping of str to str or sequence of str
        As in :func:`acsi`, and ``Image``.

    Returns
    -------
    Model

    Raises
    ------
    ParameterError
        As in :func:`acsi`.

    References
    ----------
    M. Tenenhaus, V. Esposito Vinzi, Y.-M. Chatelin and C. Lauro (2005), PLS path modeling,
    *Computational Statistics & Data Analysis* 48(1), 159-205, figure 1, which keeps complaints.

    Examples
    --------
    >>> from custvalue import structural
    >>> names = ("Image", "Expectation", "Quality", "Value", "Satisfaction", "Loyalty")
    >>> model = structural.ecsi({name: [f"{name} 1", f"{name} 2"] for name in names})
    >>> len(model.paths)
    10
    """
    return _model("ecsi", ECSI, (*OF_IMAGE, *OF_ACSI), columns)


def _model(
    template: str,
    names: Sequence[str],
    paths: Sequence[tuple[str, str]],
    columns: Mapping[str, str | Sequence[str]],
) -> Model:
    """Put a template together from the constructs that have items."""
    measured = _measured(template, names, columns)
    constructs = [Construct(name, measured[name]) for name in names if name in measured]
    kept = [Path(*pair) for pair in paths if all(end in measured for end in pair)]
    return Model([*constructs, *kept])


def _measured(template: str, names: Sequence[str], columns: Any) -> dict[str, tuple[str, ...]]:
    """Return the items of each construct, or say what is wrong with them."""
    if not isinstance(columns, Mapping):
        raise ParameterError(
            f"columns must be a mapping of constructs to their items, as in structural.{template}("
            f"{{'Satisfaction': ['q1', 'q2'], …}}), but it is {type(columns).__name__}."
        )
    for name in columns:
        if name not in names:
            raise ParameterError(
                f"columns has {name!r}, but the constructs of {template} are {listed(names)}."
                f"{did_you_mean(name, names)}"
            )
    absent = [name for name in names if name not in columns and name != MAY_LACK]
    if absent:
        raise ParameterError(
            f"columns has no items for {listed(absent)}. Name them, or make a model of your own "
            f"with structural.Model; {template} can do without {MAY_LACK!r} only."
        )
    found = {name: _items(name, its) for name, its in columns.items()}
    twice = repeated([item for its in found.values() for item in its])
    if twice:
        raise ParameterError(
            f"columns has {listed(twice)} twice. An item measures one construct: leave it in one."
        )
    return found


def _items(construct: str, its: Any) -> tuple[str, ...]:
    """Return the items of one construct, one of which may stand by itself."""
    some = (its,) if isinstance(its, str) else its
    is_list = isinstance(some, Sequence) and all(isinstance(item, str) for item in some)
    if not is_list or not some:
        raise ParameterError(
            f"columns[{construct!r}] must be the names of one item or more, but it is {its!r}."
        )
    return tuple(some)
