"""What is done with the answers of a Kano questionnaire: classes, segments, scores, doubts."""

from __future__ import annotations

import numpy as np

from custvalue._kano.answers import Questionnaire, require_questionnaire
from custvalue._kano.classify import Rule
from custvalue._kano.coefficients import tallied
from custvalue._kano.continuous import DUMOUCHEL, Continuous, Scores, continuous_of
from custvalue._kano.means import Importance, means_of
from custvalue._kano.questionable import QuestionableReport, report_of
from custvalue._kano.result import QUESTIONABLE_LIMIT, TIE_MARGIN, Result
from custvalue._kano.segments import Segments
from custvalue._rows import FloatArray
from custvalue.errors import DataError


def classify(
    questionnaire: Questionnaire,
    *,
    rule: Rule = "mode",
    tie_margin: float = TIE_MARGIN,
    questionable_limit: float = QUESTIONABLE_LIMIT,
) -> Result:
    """Count the categories of every item and classify it.

    Parameters
    ----------
    questionnaire : Questionnaire
        Answers of the respondents.
    rule : {"mode", "M>O>A>I", "berger"}
        The rule that gives the category; the others stand beside it in the result.
    tie_margin : float
        Shares this close to the largest count as equal to it in the rule ``M>O>A>I``.
    questionable_limit : float
        Share of questionable answers above which an item is warned of.

    Returns
    -------
    Result
        By item: distribution, category by each rule, ties, strength, Fong's test, better and
        worse with intervals, n.

    Raises
    ------
    DataError
        If nobody answered both questions of an item.
    ParameterError
        If an argument is outside its domain.

    Examples
    --------
    >>> from custvalue import kano
    >>> answers = kano.Questionnaire.from_frame(
    ...     {"f1": [1, 1, 2, 3], "d1": [5, 5, 5, 3], "f2": [1, 1, 3, 1], "d2": [3, 4, 3, 5]},
    ...     functional={"spell check": "f1", "themes": "f2"},
    ...     dysfunctional={"spell check": "d1", "themes": "d2"},
    ... )
    >>> result = kano.classify(answers)
    >>> result
    Result(items=2, categories='O 1, A 1', rule='mode')
    >>> result["themes"].category.english
    'attractive'
    """
    require_questionnaire(questionnaire)
    sums = tallied(questionnaire.categories(), questionnaire.weights)
    return Result(
        items=questionnaire.items,
        counts=sums.counts,
        weights=sums.weights,
        squares=sums.squares,
        table=questionnaire.table.name,
        rule=rule,
        tie_margin=tie_margin,
        questionable_limit=questionable_limit,
        base=questionnaire.base,
        importance=None if questionnaire.importance is None else stated_importance(questionnaire),
        codes=questionnaire.codes,
    )


def segments(
    questionnaire: Questionnaire,
    *,
    rule: Rule = "mode",
    tie_margin: float = TIE_MARGIN,
    questionable_limit: float = QUESTIONABLE_LIMIT,
) -> Segments:
    """Classify every item in every group; :meth:`Segments.homogeneity` tests the difference.

    Parameters
    ----------
    questionnaire : Questionnaire
        Answers of the respondents.
    rule, tie_margin, questionable_limit
        As in :meth:`classify`.

    Raises
    ------
    DataError
        If there are no groups, a group has one respondent, or nobody in a group answered an
        item.
    ParameterError
        If an argument is outside its domain.
    """
    require_questionnaire(questionnaire)
    if questionnaire.groups is None:
        raise DataError("segments need groups. Name their column, as in group='region'.")
    names, places = np.unique(questionnaire.groups, return_inverse=True)
    found = []
    for place, name in enumerate(names.tolist()):
        part = questionnaire.of_rows(places == place)
        if part.respondents < 2:
            raise DataError(
                f"segment {name!r} has 1 respondent: from one nobody can tell how much "
                f"answers vary. Leave it out, or put it together with another."
            )
        try:
            found.append(
                classify(
                    part, rule=rule, tie_margin=tie_margin, questionable_limit=questionable_limit
                )
            )
        except DataError as error:
            raise DataError(f"segment {name!r}: {error}", column=error.column) from None
    whole = classify(
        questionnaire, rule=rule, tie_margin=tie_margin, questionable_limit=questionable_limit
    )
    return Segments(tuple(map(str, names.tolist())), tuple(found), whole)


def stated_importance(questionnaire: Questionnaire) -> Importance:
    """Estimate the mean self-stated importance of every item.

    Parameters
    ----------
    questionnaire : Questionnaire
        Answers of the respondents.

    Raises
    ------
    DataError
        If importance was not asked.
    """
    require_questionnaire(questionnaire)
    means = means_of(_importance(questionnaire), questionnaire.weights)
    return Importance(
        items=questionnaire.items,
        mean=means.value,
        standard_error=means.error,
        n=means.n,
        effective_n=means.effective_n,
        scale=questionnaire.importance_scale,
    )


def continuous(
    questionnaire: Questionnaire,
    *,
    scores: Scores = DUMOUCHEL,
    cut: float = 2.0,
    by_importance: bool = False,
) -> Continuous:
    """Average scores instead of counting categories (DuMouchel 1993).

    Parameters
    ----------
    questionnaire : Questionnaire
        Answers of the respondents.
    scores : Scores
        What the answers are worth; DuMouchel's from -2 to 4 by default.
    cut : float
        Where low ends and high begins, for the quadrants; 2, the middle of 0 to 4.
    by_importance : bool
        Let each respondent count by the importance that they state for the item.

    Raises
    ------
    DataError
        If importance is to count and was not asked.
    ParameterError
        If a level has no score.
    """
    require_questionnaire(questionnaire)
    weights = questionnaire.weights
    if by_importance:
        weights = weights[:, np.newaxis] * _importance(questionnaire)
    return continuous_of(
        questionnaire.items,
        (questionnaire.functional, questionnaire.dysfunctional),
        weights,
        questionnaire.table,
        scores=scores,
        cut=cut,
        by_importance=by_importance,
    )


def questionable(questionnaire: Questionnaire) -> QuestionableReport:
    """Report the answers that contradict each other, by item, pair and respondent.

    Parameters
    ----------
    questionnaire : Questionnaire
        Answers of the respondents.
    """
    require_questionnaire(questionnaire)
    categories = questionnaire.categories()
    return report_of(
        questionnaire.items,
        (questionnaire.functional, questionnaire.dysfunctional),
        categories,
        tallied(categories, questionnaire.weights),
        questionnaire.table,
    )


def _importance(questionnaire: Questionnaire) -> FloatArray:
    if questionnaire.importance is None:
        raise DataError(
            "importance was not asked. Name its columns, as in importance={'spell check': 'i1'}."
        )
    return questionnaire.importance
