"""Kano's method: which features must be there, which pay by degree, which delight.

Every feature is asked twice, how the customer feels with it (functional) and without it
(dysfunctional), and a pair of answers has a category in an evaluation table: must-be (M),
one-dimensional (O), attractive (A), indifferent (I), reverse (R) or questionable (Q) (Kano,
Seraku, Takahashi & Tsuji 1984, *Hinshitsu* 14(2); Berger et al. 1993, *Center for Quality of
Management Journal* 2(4)). One letter for a whole market hides how the market divides: the full
distribution, ties, Fong's test, Timko's better and worse with intervals and P(category) come
with it.

Examples
--------
Published counts, in the order of the source.

>>> from custvalue import kano
>>> result = kano.KanoResult.from_counts(
...     {
...         "Service app": {"M": 95, "O": 123, "A": 45, "I": 33, "R": 0, "Q": 0},
...         "Hotline": {"M": 15, "O": 24, "A": 121, "I": 124, "R": 6, "Q": 6},
...     }
... )
>>> result
KanoResult(items=2, tally='O 1, I 1', rule='mode')
>>> app = result["Service app"]
>>> print(f"{app.category} {app.better.value:.3f} {app.worse.value:.3f} {app.worse.n}")
O 0.568 -0.736 296
>>> app.fong.significant, result["Hotline"].fong.significant
(True, False)
>>> result.tier("Service app").value
'desired'
"""

from custvalue._kano.answers import Questionnaire
from custvalue._kano.classify import Classification
from custvalue._kano.coding import WORDS, AnswerCodes
from custvalue._kano.continuous import (
    DUMOUCHEL,
    AnswerScores,
    ContinuousAnalysis,
    continuous_analysis,
)
from custvalue._kano.distribution import Dirichlet
from custvalue._kano.fuzzy import FuzzyKanoResult, FuzzyQuestionnaire, classify_fuzzy
from custvalue._kano.importance import StatedImportance, stated_importance
from custvalue._kano.questionable import QuestionableAnswers, questionable_answers
from custvalue._kano.result import KanoResult, classify
from custvalue._kano.segments import KanoSegments, segments
from custvalue._kano.table import (
    BERGER,
    KANO,
    POULIOT,
    THREE_LEVEL,
    Category,
    EvaluationTable,
)

__all__ = [
    "BERGER",
    "DUMOUCHEL",
    "KANO",
    "POULIOT",
    "THREE_LEVEL",
    "WORDS",
    "AnswerCodes",
    "AnswerScores",
    "Category",
    "Classification",
    "ContinuousAnalysis",
    "Dirichlet",
    "EvaluationTable",
    "FuzzyKanoResult",
    "FuzzyQuestionnaire",
    "KanoResult",
    "KanoSegments",
    "QuestionableAnswers",
    "Questionnaire",
    "StatedImportance",
    "classify",
    "classify_fuzzy",
    "continuous_analysis",
    "questionable_answers",
    "segments",
    "stated_importance",
]
