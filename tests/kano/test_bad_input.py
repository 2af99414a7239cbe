"""What is wrong with Kano answers, counts and arguments is said in words: the exact messages."""

from functools import partial

import numpy as np
import pytest

from custvalue import kano
from custvalue._kano.distribution import Distribution
from custvalue.errors import DataError, ParameterError
from custvalue.kano import (
    AnswerCodes,
    AnswerScores,
    Classification,
    Dirichlet,
    EvaluationTable,
    FuzzyQuestionnaire,
    KanoResult,
    Questionnaire,
)
from custvalue.survey import Bootstrap

ANSWERS = {"f1": [1, 2, 3], "d1": [5, 5, 5]}
COUNTS = {"M": 1, "O": 2, "A": 3, "I": 4, "R": 0, "Q": 0}
PERCENT = {"M": 50, "O": 20, "A": 10, "I": 10, "R": 10, "Q": 0}
NAMED = {"name": "t", "source": "s"}
DISLIKE = [0, 0, 0, 0, 1]
LIKE_ONLY = AnswerScores(name="s", functional={"like": 1}, dysfunctional={"like": 1})


def read(frame=None, functional=None, dysfunctional=None, **options):
    return Questionnaire.from_frame(
        ANSWERS if frame is None else frame,
        functional={"a": "f1"} if functional is None else functional,
        dysfunctional={"a": "d1"} if dysfunctional is None else dysfunctional,
        **options,
    )


def worded(first):
    return {"f1": [first, "I like it", "I like it"], "d1": ["I dislike it"] * 3}


def made_of(counts):
    ones = np.ones((1, 6))
    return Distribution(counts=ones, weights=counts, squares=ones)


CASES = [
    pytest.param(
        lambda: KanoResult.from_counts({1: COUNTS, "1": COUNTS}),
        DataError,
        "columns must have different names, but 1 and '1' read alike. Rename one of them.",
        id="names of items that read alike",
    ),
    pytest.param(
        lambda: read({"f1": ["I like it", "neutral", "neutral"], "d1": [5, 5, 5]}),
        DataError,
        (
            "f1 must be one of 1 (like), 2 (must-be), 3 (neutral), 4 (live-with), 5 "
            "(dislike), but row 0 has 'I like it' (and 2 more rows). Unknown wordings: "
            "'I like it', 'neutral'. Declare the words, as in "
            "codes=kano.AnswerCodes(like='I like it', …), or use codes=kano.WORDS for common "
            "wordings."
        ),
        id="words",
    ),
    pytest.param(
        lambda: read({"f1": ["super", "neutral", "great"], "d1": ["awful", "super", None]}),
        DataError,
        (
            "f1 must be one of 1 (like), 2 (must-be), 3 (neutral), 4 (live-with), 5 "
            "(dislike), but row 0 has 'super' (and 2 more rows). Unknown wordings: f1: "
            "'super', 'neutral', 'great'; d1: 'awful', 'super'. Declare the words, as in "
            "codes=kano.AnswerCodes(like='super', …), or use codes=kano.WORDS for common wordings."
        ),
        id="several words, no codes",
    ),
    pytest.param(
        lambda: read(
            {"f1": ["like", "like", "great"], "d1": ["awful", "dislike", "I dislike"]},
            codes=kano.WORDS,
        ),
        DataError,
        (
            "f1 must be one of 'like' or 5 more (like), 'must-be' or 4 more (must-be), "
            "'neutral' or 2 more (neutral), 'live-with' or 5 more (live-with), 'dislike' or "
            "5 more (dislike), but row 2 has 'great'. Unknown wordings: f1: 'great'; d1: "
            "'awful', 'I dislike' (did you mean 'dislike'?). Declare every wording that occurs."
        ),
        id="several undeclared words in two columns",
    ),
    pytest.param(
        lambda: read(worded("I like"), codes=kano.WORDS),
        DataError,
        (
            "f1 must be one of 'like' or 5 more (like), 'must-be' or 4 more (must-be), "
            "'neutral' or 2 more (neutral), 'live-with' or 5 more (live-with), 'dislike' or "
            "5 more (dislike), but row 0 has 'I like'. Did you mean 'like'? Declare every "
            "wording that occurs."
        ),
        id="undeclared word",
    ),
    pytest.param(
        lambda: read(worded("super"), codes=kano.WORDS),
        DataError,
        (
            "f1 must be one of 'like' or 5 more (like), 'must-be' or 4 more (must-be), "
            "'neutral' or 2 more (neutral), 'live-with' or 5 more (live-with), 'dislike' or "
            "5 more (dislike), but row 0 has 'super'. Declare every wording that occurs."
        ),
        id="far word",
    ),
    pytest.param(
        lambda: read(codes=kano.WORDS),
        DataError,
        (
            "f1 must be one of 'like' or 5 more (like), 'must-be' or 4 more (must-be), "
            "'neutral' or 2 more (neutral), 'live-with' or 5 more (live-with), 'dislike' or "
            "5 more (dislike), but row 0 has 1 (and 2 more rows). The codes are words; omit "
            "codes for the numbers 1, 2, 3, …"
        ),
        id="numbers though words",
    ),
    pytest.param(
        lambda: read({"f1": [1, 0, 0], "d1": [5, 5, 5]}),
        DataError,
        (
            "f1 must be one of 1 (like), 2 (must-be), 3 (neutral), 4 (live-with), 5 "
            "(dislike), but row 1 has 0 (and 1 more row). If 0 means no answer, use "
            "kano.AnswerCodes(…, missing_codes=(0,)); if the codes start at 0, use "
            "kano.AnswerCodes(like=0, must_be=1, neutral=2, live_with=3, dislike=4)."
        ),
        id="zero",
    ),
    pytest.param(
        lambda: read({"f1": [1, 6, 3], "d1": [5, 5, 5]}),
        DataError,
        (
            "f1 must be one of 1 (like), 2 (must-be), 3 (neutral), 4 (live-with), 5 "
            "(dislike), but row 1 has 6. If 6 means no answer, use kano.AnswerCodes(…, "
            "missing_codes=(6,))."
        ),
        id="six",
    ),
    pytest.param(
        lambda: read({"f1": [1, 2.5, 3], "d1": [5, 5, 5]}),
        DataError,
        (
            "f1 must be one of 1 (like), 2 (must-be), 3 (neutral), 4 (live-with), 5 "
            "(dislike), but row 1 has 2.5. If 2.5 means no answer, use kano.AnswerCodes(…, "
            "missing_codes=(2.5,))."
        ),
        id="half",
    ),
    pytest.param(
        lambda: read({"f1": [True, False, True], "d1": [5, 5, 5]}),
        DataError,
        (
            "f1 must be one of 1 (like), 2 (must-be), 3 (neutral), 4 (live-with), 5 "
            "(dislike), but row 0 has True (and 2 more rows). Code the answers as numbers or "
            "as words."
        ),
        id="bool",
    ),
    pytest.param(
        lambda: read({"f1": [True, 2, 3, None], "d1": [5, 5, 5, 5]}),
        DataError,
        (
            "f1 must be one of 1 (like), 2 (must-be), 3 (neutral), 4 (live-with), 5 "
            "(dislike), but row 0 has True. Code the answers as numbers or as words."
        ),
        id="bool in objects",
    ),
    pytest.param(
        lambda: read({"f1": np.array([[1], 2, 3], dtype=object), "d1": [5, 5, 5]}),
        DataError,
        (
            "f1 must be one of 1 (like), 2 (must-be), 3 (neutral), 4 (live-with), 5 "
            "(dislike), but row 0 has [1]. Code the answers as numbers or as words."
        ),
        id="list cell",
    ),
    pytest.param(
        lambda: read({"f1": [1, None, 3], "d1": [5, 5, None]}),
        DataError,
        (
            "f1: row 1 has no answer, one of 2 missing answers. Use missing='drop' to "
            "exclude such respondents, or missing='pairwise' to let each item use those "
            "who answered both its questions."
        ),
        id="missing",
    ),
    pytest.param(
        lambda: read({"f1": [1, 2, 3], "d1": [5, 5, None]}),
        DataError,
        (
            "d1: row 2 has no answer. Use missing='drop' to exclude such respondents, or "
            "missing='pairwise' to let each item use those who answered both its questions."
        ),
        id="missing one",
    ),
    pytest.param(
        lambda: read({"f1": [1, None], "d1": [None, 5]}, missing="drop"),
        DataError,
        (
            "missing='drop' leaves no respondents: each of the 2 respondents has a missing answer. "
            "Use missing='pairwise', or exclude the item with most missing answers."
        ),
        id="drop leaves nobody",
    ),
    pytest.param(
        lambda: read(missing="mean"),
        ParameterError,
        ("missing must be one of 'raise', 'drop', 'pairwise', but it is 'mean'."),
        id="policy",
    ),
    pytest.param(
        lambda: read(functional={"a": "f2"}),
        DataError,
        ("functional['a']='f2' is not a column of the data. The columns are 'f1', 'd1'."),
        id="no column",
    ),
    pytest.param(
        lambda: read(functional={"spell check": "f1"}, dysfunctional={"spel check": "d1"}),
        DataError,
        (
            "dysfunctional has no column for 'spell check'. Did you mean 'spel check'? Every "
            "item needs it, under the name that it has in functional."
        ),
        id="item without d",
    ),
    pytest.param(
        lambda: read({**ANSWERS, "d2": [1, 1, 1]}, dysfunctional={"a": "d1", "b": "d2"}),
        DataError,
        (
            "dysfunctional has a column for 'b', but functional has none. Every item needs "
            "both questions."
        ),
        id="item without f",
    ),
    pytest.param(
        lambda: read(dysfunctional={"a": "f1"}),
        DataError,
        ("every question must have a column of its own, but 'f1' is named twice."),
        id="same column",
    ),
    pytest.param(
        lambda: read(functional=["f1"], dysfunctional=["d1", "f1"]),
        DataError,
        ("dysfunctional must name one column for each of the 1 items, but it names 2."),
        id="lengths",
    ),
    pytest.param(
        lambda: read(functional="f1", dysfunctional=["d1"]),
        DataError,
        (
            "functional must be a list of column names, but it is the one name 'f1'. "
            "Write ['f1'] for a single column, and list several, as in ['q1', 'q2']."
        ),
        id="one name",
    ),
    pytest.param(
        lambda: read(functional={}, dysfunctional={}),
        DataError,
        ("functional must name at least one column, but it is empty."),
        id="no items",
    ),
    pytest.param(
        lambda: kano.classify(read({"f1": [1, 2], "d1": [None, None]}, missing="pairwise")),
        DataError,
        ("a: no respondent answered both questions, so it has no category. Exclude the item."),
        id="nobody item",
    ),
    pytest.param(
        lambda: read({"f1": [], "d1": []}),
        DataError,
        ("the questionnaire has no rows. Give at least one respondent."),
        id="no rows",
    ),
    pytest.param(
        lambda: read({**ANSWERS, "w": [1, -1, 1]}, weights="w"),
        DataError,
        (
            "w must be a finite number >= 0, but row 1 has -1. A sampling weight says how "
            "many people a respondent stands for."
        ),
        id="weights negative",
    ),
    pytest.param(
        lambda: read({**ANSWERS, "w": [0, 0, 0]}, weights="w"),
        DataError,
        ("w must not all be 0. Omit the argument for equal weights."),
        id="weights zero",
    ),
    pytest.param(
        lambda: read({**ANSWERS, "i1": [1, 9, 10]}, importance={"a": "i1"}),
        DataError,
        (
            "i1 must be a whole number from 1 to 9, but row 2 has 10. If 10 means no answer, use "
            "missing_codes=(10,); if the scale is another one, give its ends."
        ),
        id="importance off",
    ),
    pytest.param(
        lambda: read({**ANSWERS, "i1": [1, 9, 9]}, importance={"b": "i1"}),
        DataError,
        (
            "importance has no column for 'a'. Every item needs it, under the name that it "
            "has in functional."
        ),
        id="importance names",
    ),
    pytest.param(
        lambda: read({**ANSWERS, "i1": [1, None, 9]}, importance={"a": "i1"}),
        DataError,
        (
            "i1: row 1 has no answer. Use missing='drop' to exclude such respondents, or "
            "missing='pairwise' to let each item use those who answered both its questions."
        ),
        id="importance missing",
    ),
    pytest.param(
        lambda: kano.stated_importance(read()),
        DataError,
        ("importance was not asked. Name its columns, as in importance={'spell check': 'i1'}."),
        id="no importance",
    ),
    pytest.param(
        lambda: kano.continuous_analysis(read(), by_importance=True),
        DataError,
        ("importance was not asked. Name its columns, as in importance={'spell check': 'i1'}."),
        id="by importance",
    ),
    pytest.param(
        lambda: kano.segments(read()),
        DataError,
        (
            "these answers have no label 'group'. Name its column when they are read, as in "
            "Questionnaire.from_frame(…, group='…')."
        ),
        id="no groups",
    ),
    pytest.param(
        lambda: read({**ANSWERS, "g": ["n", None, "s"]}, group="g"),
        DataError,
        ("g must be present, but row 1 has None. Give every row its value, or remove the row."),
        id="group label missing",
    ),
    pytest.param(
        lambda: kano.segments(
            read(
                {"f1": [1, 1, None, None], "d1": [5] * 4, "g": ["n", "n", "s", "s"]},
                group="g",
                missing="pairwise",
            )
        ),
        DataError,
        (
            "segment 's': a: no respondent answered both questions, so it has no category. "
            "Exclude the item."
        ),
        id="group without answers",
    ),
    pytest.param(
        lambda: kano.segments(read({**ANSWERS, "g": ["north"] * 3}, group="g"))["nort"],
        DataError,
        ("there is no segment 'nort'. Did you mean 'north'? The segments are 'north'."),
        id="unknown segment",
    ),
    pytest.param(
        lambda: kano.segments(read({**ANSWERS, "g": ["north", "north", "south"]}, group="g")),
        DataError,
        (
            "segment 'south' has 1 respondent, which gives no estimate of variance. Exclude it, "
            "or put it together with another."
        ),
        id="segment of one",
    ),
    pytest.param(
        lambda: kano.segments(read({**ANSWERS, "g": ["n"] * 3}, group="g")).homogeneity(
            simulations=True
        ),
        ParameterError,
        ("simulations must be a whole number >= 1, but it is True."),
        id="permutations",
    ),
    pytest.param(
        lambda: Questionnaire.from_arrays([1], [5], table="Kano"),
        ParameterError,
        (
            "table must be an EvaluationTable, such as kano.BERGER, kano.KANO, kano.POULIOT or "
            "kano.THREE_LEVEL, but it is 'Kano'."
        ),
        id="table by name",
    ),
    pytest.param(
        lambda: FuzzyQuestionnaire.from_arrays([[DISLIKE]], [[DISLIKE]], table=None),
        ParameterError,
        (
            "table must be an EvaluationTable, such as kano.BERGER, kano.KANO, kano.POULIOT or "
            "kano.THREE_LEVEL, but it is None."
        ),
        id="fuzzy table",
    ),
    pytest.param(
        lambda: FuzzyQuestionnaire.from_frame(
            {}, functional={"a": ["f"]}, dysfunctional={"a": ["d"]}, table="Berger"
        ),
        ParameterError,
        (
            "table must be an EvaluationTable, such as kano.BERGER, kano.KANO, kano.POULIOT or "
            "kano.THREE_LEVEL, but it is 'Berger'."
        ),
        id="fuzzy table of a frame",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({"x": COUNTS}, table=5),
        ParameterError,
        (
            "table must be the name of the evaluation table that was used, as in "
            "table=kano.BERGER.name, but it is 5."
        ),
        id="name of the table",
    ),
    pytest.param(
        lambda: read(codes={1: "like"}),
        ParameterError,
        (
            "codes must be AnswerCodes, as in kano.AnswerCodes(like=5, must_be=4, neutral=3, "
            "live_with=2, dislike=1), but it is {1: 'like'}."
        ),
        id="codes are no levels",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({"x": COUNTS}).columns(method="posterior"),
        ParameterError,
        (
            "method must be one of 'wilson', 'delta', 'dirichlet', but it is 'posterior'. "
            "Bayes' interval is 'dirichlet', or Dirichlet(prior=1) for another prior than "
            "Jeffreys'."
        ),
        id="the posterior by its name",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({"spell check": COUNTS})["speel check"],
        DataError,
        (
            "there is no item 'speel check'. Did you mean 'spell check'? The items are "
            "'spell check'."
        ),
        id="unknown item",
    ),
    pytest.param(
        lambda: kano.classify(read(), "berger"),
        ParameterError,
        (
            "classification must be a Classification, as in kano.Classification(rule='berger'), "
            "but it is 'berger'."
        ),
        id="classification by its rule",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({"x": COUNTS}).categories("median"),
        ParameterError,
        ("rule must be one of 'mode', 'M>O>A>I', 'berger', but it is 'median'."),
        id="rule",
    ),
    pytest.param(
        lambda: Classification(rule="median"),
        ParameterError,
        ("Classification: rule must be one of 'mode', 'M>O>A>I', 'berger', but it is 'median'."),
        id="rule of a classification",
    ),
    pytest.param(
        lambda: Classification(tie_margin=5),
        ParameterError,
        ("Classification: tie_margin must be < 1, but it is 5. Did you mean 0.05?"),
        id="tie margin",
    ),
    pytest.param(
        lambda: Classification(questionable_limit=-0.1),
        ParameterError,
        ("Classification: questionable_limit must be >= 0, but it is -0.1."),
        id="q limit",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({"x": COUNTS})["x"].better.confidence_interval(
            method="wald"
        ),
        ParameterError,
        ("method must be one of 'wilson', 'delta', 'dirichlet', but it is 'wald'."),
        id="method",
    ),
    pytest.param(
        lambda: Dirichlet(prior=0),
        ParameterError,
        (
            "prior must be a number > 0, the Dirichlet parameter of each category, but it is "
            "0. Jeffreys' prior is 0.5, the uniform prior is 1."
        ),
        id="prior",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({"x": COUNTS}).probabilities(method="mcmc"),
        ParameterError,
        (
            "method must be a request, as in Dirichlet(prior=0.5) or Bootstrap(2000, rng=1), but "
            "it is 'mcmc'."
        ),
        id="prob method",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({"x": COUNTS}).probabilities(
            method=Bootstrap(500), simulations=500
        ),
        ParameterError,
        (
            "simulations=500 is for the posterior. The number of resamples belongs to the "
            "request, as in Bootstrap(500)."
        ),
        id="simulations of a bootstrap",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({"x": COUNTS}).probabilities(simulations=0),
        ParameterError,
        ("simulations must be a whole number >= 1, but it is 0."),
        id="simulations",
    ),
    pytest.param(
        lambda: read(codes=AnswerCodes(like=1, neutral=2, dislike=3)),
        ParameterError,
        (
            "codes must state how every level of the table 'Berger et al. 1993' is written, "
            "but there is no code for 'must-be', 'live-with'. Declare it, as in "
            "kano.AnswerCodes(…, must_be=…)."
        ),
        id="codes lack",
    ),
    pytest.param(
        lambda: read(table=kano.THREE_LEVEL, codes=kano.AnswerCodes()),
        ParameterError,
        (
            "codes have 'must-be', 'live-with', but the table 'three-level form' has only "
            "'like', 'neutral', 'dislike'. Give the table of this questionnaire, as in "
            "table=kano.BERGER."
        ),
        id="codes beyond",
    ),
    pytest.param(
        lambda: AnswerCodes(like=1, must_be=1, neutral=3, live_with=4, dislike=5),
        ParameterError,
        ("AnswerCodes: a code must stand for one level, but 1 stands for like and must_be."),
        id="code twice",
    ),
    pytest.param(
        lambda: AnswerCodes(liked=1),
        ParameterError,
        (
            "AnswerCodes has no 'liked', only 'like', 'must_be', 'neutral', 'live_with', "
            "'dislike', 'missing_codes'. Did you mean 'like'?"
        ),
        id="levels unknown",
    ),
    pytest.param(
        lambda: AnswerCodes(like=True),
        ParameterError,
        ("AnswerCodes: like: a code is a number or a word, but it is True."),
        id="bool code",
    ),
    pytest.param(
        lambda: EvaluationTable(**NAMED, cells=("QAAAO", "RIIIM")),
        ParameterError,
        (
            "EvaluationTable: cells must have 5 rows, one for each functional answer (like, "
            "must-be, neutral, live-with, dislike), but there are 2."
        ),
        id="table rows",
    ),
    pytest.param(
        lambda: EvaluationTable(**NAMED, cells=("QAAAO", "RIIIM", "RIIM", "RIIIM", "RRRRQ")),
        ParameterError,
        (
            "EvaluationTable: every row must have 5 cells, one for each dysfunctional "
            "answer, but the row 'neutral' has 4."
        ),
        id="table row short",
    ),
    pytest.param(
        lambda: EvaluationTable(**NAMED, cells=("QAAAO", "RIIIX", "RIIIM", "RIIIM", "RRRRQ")),
        ParameterError,
        ("EvaluationTable: cells.1.4 must be one of 'M', 'O', 'A', 'I', 'R', 'Q', but it is 'X'."),
        id="table letter",
    ),
    pytest.param(
        lambda: EvaluationTable(**NAMED, cells=("QO", "RQ"), levels=("dislike", "like")),
        ParameterError,
        (
            "EvaluationTable: levels must be some of 'like', 'must-be', 'neutral', "
            "'live-with', 'dislike', in this order and each once, but they are 'dislike', "
            "'like'."
        ),
        id="table levels",
    ),
    pytest.param(
        lambda: EvaluationTable(**NAMED, cells=("Q",), levels=("like",)),
        ParameterError,
        ("EvaluationTable: levels must be at least two answers."),
        id="table one level",
    ),
    pytest.param(
        lambda: kano.BERGER.category("likes", "dislike"),
        ParameterError,
        (
            "functional must be one of 'like', 'must-be', 'neutral', 'live-with', 'dislike', "
            "but it is 'likes'. Did you mean 'like'?"
        ),
        id="table unknown level",
    ),
    pytest.param(
        lambda: kano.BERGER.replaced({("like", "expect"): "Q"}, **NAMED),
        ParameterError,
        (
            "dysfunctional must be one of 'like', 'must-be', 'neutral', 'live-with', "
            "'dislike', but it is 'expect'."
        ),
        id="replaced",
    ),
    pytest.param(
        lambda: kano.THREE_LEVEL.restricted(("like", "must-be"), **NAMED),
        ParameterError,
        ("levels must be one of 'like', 'neutral', 'dislike', but it is 'must-be'."),
        id="restricted",
    ),
    pytest.param(
        lambda: KanoResult.from_counts([1, 2]),
        DataError,
        (
            "counts must map each item to its categories, as in {'Hotline': {'M': 15, 'O': "
            "24, 'A': 121, 'I': 124, 'R': 6, 'Q': 6}}. For a dataframe use "
            "KanoResult.from_frame."
        ),
        id="counts list",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({}),
        DataError,
        ("there are no items. Give the counts of at least one."),
        id="counts empty",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({"x": {**COUNTS, "E": 3}}),
        DataError,
        ("x: 'E' is no category, only 'M', 'O', 'A', 'I', 'R', 'Q'."),
        id="counts letter",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({"x": {"M": 1, "O": 2, "A": 3, "I": 4}}),
        DataError,
        ("x: there is no number for 'R', 'Q'. Write 0 for an empty category."),
        id="counts lack",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({"x": {**COUNTS, "M": -3}}),
        DataError,
        ("x: M must be a number >= 0, but it is -3."),
        id="counts negative",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({"x": {**COUNTS, "M": float("nan")}}),
        DataError,
        ("x: M must be a number >= 0, but it is nan."),
        id="counts nan",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({"x": {**COUNTS, "M": "3"}}),
        DataError,
        ("x: M must be a number >= 0, but it is '3'."),
        id="counts word",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({"x": {**COUNTS, "M": 52.7}}),
        DataError,
        (
            "x: M must be a whole number of answers, but it is 52.7. For percentages use "
            "KanoResult.from_percentages."
        ),
        id="counts fraction",
    ),
    pytest.param(
        lambda: KanoResult.from_counts({"x": dict.fromkeys("MOAIRQ", 0)}),
        DataError,
        ("x: no respondent answered both questions, so it has no category. Exclude the item."),
        id="counts none",
    ),
    pytest.param(
        lambda: KanoResult.from_percentages(
            {"x": {"M": 50, "O": 20, "A": 10, "I": 10, "R": 0, "Q": 0}}
        ),
        DataError,
        (
            "x: the percentages must sum to 100, give or take 0.3000 for rounding, but they "
            "sum to 90. For counts use KanoResult.from_counts; if they are rounded to whole "
            "numbers, use decimals=0."
        ),
        id="percent sum",
    ),
    pytest.param(
        lambda: KanoResult.from_percentages(
            {"x": {"M": 0.5, "O": 0.2, "A": 0.1, "I": 0.1, "R": 0.1, "Q": 0}}
        ),
        DataError,
        (
            "x: the percentages must sum to 100, give or take 0.3000 for rounding, but they "
            "sum to 1. Multiply shares of one by 100."
        ),
        id="percent shares",
    ),
    pytest.param(
        lambda: KanoResult.from_percentages({"x": PERCENT}, n=0),
        DataError,
        ("n must be a whole number of answers >= 1, but for x it is 0."),
        id="percent n",
    ),
    pytest.param(
        lambda: KanoResult.from_percentages({"x": PERCENT}, n={"y": 5}),
        DataError,
        ("n has no number of answers for 'x'."),
        id="percent n lacks",
    ),
    pytest.param(
        KanoResult.from_percentages({"x": PERCENT})["x"].better.confidence_interval,
        DataError,
        (
            "x: better: an interval needs the number of answers, which is not known. Give n, "
            "the number of answers, to KanoResult.from_percentages."
        ),
        id="percent interval",
    ),
    pytest.param(
        KanoResult.from_percentages({"x": PERCENT})["x"].category_strength.confidence_interval,
        DataError,
        (
            "x: category strength: an interval needs the number of answers, which is not "
            "known. Give n, the number of answers, to KanoResult.from_percentages."
        ),
        id="percent strength",
    ),
    pytest.param(
        lambda: KanoResult.from_percentages({"x": PERCENT}).probabilities(),
        DataError,
        (
            "x: P(category) needs the number of answers, which is not known. Give n, the "
            "number of answers, to KanoResult.from_percentages."
        ),
        id="percent probabilities",
    ),
    pytest.param(
        lambda: KanoResult.from_frame({"item": ["x"], "M": [1]}),
        DataError,
        (
            "the counts of a category must be in a column named by its letter, 'M', 'O', 'A', "
            "'I', 'R', 'Q', but there is none for 'O', 'A', 'I', 'R', 'Q'. The columns are "
            "'item', 'M'. Rename the columns to the letters; write 0 for an empty category."
        ),
        id="frame columns",
    ),
    pytest.param(
        lambda: KanoResult.from_frame({"feature": ["x"], "M": [1]}),
        DataError,
        (
            "the column of the items' names, item='item', is not in the data. The columns are "
            "'feature', 'M'. Name it, as in item='feature'."
        ),
        id="frame items",
    ),
    pytest.param(
        lambda: KanoResult.from_frame({"item": ["x", "x"], **{key: [1, 1] for key in "MOAIRQ"}}),
        DataError,
        ("item must be different in every row, but row 1 has 'x'. Add the counts up first."),
        id="frame twice",
    ),
    pytest.param(
        lambda: KanoResult.from_frame(
            {"item": ["x", "y"], **{key: [1, 1] for key in "MOAIR"}, "Q": [None, 1]}
        ),
        DataError,
        ("Q must be present, but row 0 has None. Write 0 for an empty category."),
        id="frame missing",
    ),
    pytest.param(
        lambda: Questionnaire.from_arrays([[1, 2]], [[1]]),
        DataError,
        ("dysfunctional must have the shape (1, 2), but it is (1, 1)."),
        id="arrays shapes",
    ),
    pytest.param(
        lambda: Questionnaire.from_arrays([[1, 2]], [[1, 5]], items=["a"]),
        DataError,
        ("items has 1 names for 2 columns."),
        id="arrays items",
    ),
    pytest.param(
        lambda: Questionnaire.from_arrays([[1, 2], [1]], [[1, 5], [1, 1]]),
        DataError,
        (
            "functional must have one row per respondent and the same number of items in every "
            "row, but the rows differ in length. Write a missing answer as None."
        ),
        id="arrays ragged",
    ),
    pytest.param(
        lambda: Questionnaire(("a",), np.array([[5]]), np.array([[0]]), weights=np.ones(1)),
        DataError,
        (
            "functional must hold positions from 0 to 4 among the levels of the table, or -1 "
            "for no answer. Use Questionnaire.from_arrays for answers as they are coded."
        ),
        id="positions",
    ),
    pytest.param(
        lambda: made_of(np.ones((2, 6))),
        DataError,
        (
            "weights must have the shape (1, 6), one row per item and one column per category, "
            "but it is (2, 6)."
        ),
        id="distribution shape",
    ),
    pytest.param(
        lambda: KanoResult(("a", "b"), made_of(np.ones((1, 6)))),
        DataError,
        ("distribution has 1 rows for 2 items."),
        id="result shape",
    ),
    pytest.param(
        lambda: made_of(-np.ones((1, 6))),
        DataError,
        ("weights must be >= 0, but it holds -1."),
        id="distribution negative",
    ),
    pytest.param(
        lambda: FuzzyQuestionnaire.from_arrays([[[0.5, 0.4, 0, 0, 0]]], [[DISLIKE]], items=["a"]),
        DataError,
        (
            "functional: the degrees of an answer must be >= 0 and sum to 1, but row 0 has "
            "[0.5, 0.4, 0.0, 0.0, 0.0] for 'a'."
        ),
        id="fuzzy sum",
    ),
    pytest.param(
        lambda: FuzzyQuestionnaire.from_arrays(
            [[[50, 50, 0, 0, 0]]], [[[0, 0, 0, 0, 100]]], items=["a"]
        ),
        DataError,
        (
            "functional: the degrees of an answer must be >= 0 and sum to 1, but row 0 has "
            "[50.0, 50.0, 0.0, 0.0, 0.0] for 'a'. Divide percentages by 100."
        ),
        id="fuzzy percent",
    ),
    pytest.param(
        lambda: FuzzyQuestionnaire.from_arrays([[[51, 50, 0, 0, 0]]], [[DISLIKE]], items=["a"]),
        DataError,
        (
            "functional: the degrees of an answer must be >= 0 and sum to 1, but row 0 has "
            "[51.0, 50.0, 0.0, 0.0, 0.0] for 'a'."
        ),
        id="fuzzy 101 percent",
    ),
    pytest.param(
        lambda: FuzzyQuestionnaire.from_arrays([[0.5, 0.5, 0, 0, 0]], [[0, 0, 0, 0, 1]]),
        DataError,
        (
            "functional must be numbers of the shape (respondents, items, levels), as in "
            "[[[0.6, 0.4, 0, 0, 0]]] for one respondent and one item."
        ),
        id="fuzzy shape",
    ),
    pytest.param(
        lambda: FuzzyQuestionnaire.from_arrays([[["a"] * 5]], [[DISLIKE]]),
        DataError,
        (
            "functional must be numbers of the shape (respondents, items, levels), as in "
            "[[[0.6, 0.4, 0, 0, 0]]] for one respondent and one item."
        ),
        id="fuzzy words",
    ),
    pytest.param(
        lambda: FuzzyQuestionnaire.from_frame(
            {"a": [1]}, functional={"x": ["a"]}, dysfunctional={"x": ["a"]}
        ),
        DataError,
        (
            "x: there must be one column for each of like, must-be, neutral, live-with, "
            "dislike, but they are ['a']."
        ),
        id="fuzzy columns",
    ),
    pytest.param(
        lambda: FuzzyQuestionnaire.from_frame(
            {"a": [1]}, functional={"x": ["a"]}, dysfunctional={"y": ["a"]}
        ),
        DataError,
        ("every item needs both questions, but 'x' has only one."),
        id="fuzzy one question",
    ),
    pytest.param(
        lambda: FuzzyQuestionnaire.from_arrays(np.empty((0, 1, 5)), np.empty((0, 1, 5))),
        DataError,
        ("the questionnaire has no rows. Give at least one respondent."),
        id="fuzzy no rows",
    ),
    pytest.param(
        lambda: FuzzyQuestionnaire.from_arrays([[[1, 0, 0, 0, 0]]], np.empty((2, 1, 5))),
        DataError,
        ("dysfunctional must have the shape (1, 1, 5), but it is (2, 1, 5)."),
        id="fuzzy lengths",
    ),
    pytest.param(
        lambda: read(functional={"a": "f1"}, dysfunctional=["d1", "f1"]),
        DataError,
        ("dysfunctional must name one column for each of the 1 items, but it names 2."),
        id="columns unnamed",
    ),
    *(
        pytest.param(
            partial(analyse, {"a": 1}),
            ParameterError,
            (
                f"questionnaire must be a kano.{kind}, as of kano.{kind}.from_frame(…), but it is "
                f"dict."
            ),
            id=f"{analyse.__name__}: no questionnaire",
        )
        for kind, analyse in (
            ("Questionnaire", kano.classify),
            ("Questionnaire", kano.segments),
            ("Questionnaire", kano.stated_importance),
            ("Questionnaire", kano.continuous_analysis),
            ("Questionnaire", kano.questionable_answers),
            ("FuzzyQuestionnaire", kano.classify_fuzzy),
        )
    ),
    pytest.param(
        lambda: kano.classify_fuzzy(
            FuzzyQuestionnaire.from_arrays([[[1, 0, 0, 0, 0]]], [[DISLIKE]]), cut=40
        ),
        ParameterError,
        ("cut must be > 0 and <= 1, as in 0.4, but it is 40."),
        id="fuzzy alpha",
    ),
    pytest.param(
        lambda: kano.classify_fuzzy(
            FuzzyQuestionnaire.from_arrays([[[1, 0, 0, 0, 0]]], [[DISLIKE]]), cut=1.0625
        ),
        ParameterError,
        ("cut must be > 0 and <= 1, as in 0.4, but it is 1.0625."),
        id="fuzzy alpha just above 1",
    ),
    pytest.param(
        lambda: kano.questionable_answers(read()).suspects(50),
        ParameterError,
        ("share must be > 0 and <= 1, as in 0.5, but it is 50."),
        id="suspects",
    ),
    pytest.param(
        lambda: kano.continuous_analysis(read(), scores=LIKE_ONLY),
        ParameterError,
        ("scores: functional has no score for 'must-be', 'neutral', 'live-with', 'dislike'."),
        id="scores",
    ),
    pytest.param(
        lambda: read({"f1": ["1", "2", "3"], "d1": [5, 5, 5]}),
        DataError,
        (
            "f1 must be one of 1 (like), 2 (must-be), 3 (neutral), 4 (live-with), 5 "
            "(dislike), but row 0 has '1' (and 2 more rows). Turn the column into numbers."
        ),
        id="digits as text",
    ),
    pytest.param(
        lambda: read({**ANSWERS, "g": ["n", 2, "s"]}, group="g"),
        DataError,
        (
            "g must be text like the first, but row 1 has 2. Turn the column into text, or "
            "into whole numbers."
        ),
        id="group labels mixed",
    ),
    pytest.param(
        lambda: KanoResult.from_json("Hotline"),
        ParameterError,
        ("KanoResult: this is not JSON: expected value at line 1 column 1."),
        id="not json",
    ),
    pytest.param(
        lambda: Questionnaire.from_arrays([[1, 2]], [[1, 5]], items=["a", "a"]),
        DataError,
        ("items must be different, but 'a' is named twice."),
        id="items twice",
    ),
    pytest.param(
        lambda: Questionnaire.from_arrays([[1, 2]], [[1, 5]], group=["n", "s"]),
        DataError,
        ("group must have one entry for each of the 1 respondents, but it has 2."),
        id="group length",
    ),
    pytest.param(
        lambda: Questionnaire.from_arrays([[1, 2]], [[1, 5]], weights=[1, 2]),
        DataError,
        ("weights must have one entry for each of the 1 respondents, but its shape is (2,)."),
        id="weights length",
    ),
    pytest.param(
        lambda: Questionnaire.from_arrays([[1, 2]], [[1, 5]], importance=[[5]]),
        DataError,
        ("importance must have the shape (1, 2), but it is (1, 1)."),
        id="importance shape",
    ),
    pytest.param(
        lambda: Questionnaire.from_arrays([[[1]]], [[[1]]]),
        DataError,
        ("functional must have the shape (respondents, items), but it is (1, 1, 1)."),
        id="three dimensions",
    ),
    pytest.param(
        lambda: read(weights="weight"),
        DataError,
        ("weights='weight' is not a column of the data. The columns are 'f1', 'd1'."),
        id="weights column",
    ),
    pytest.param(
        lambda: read(group="region"),
        DataError,
        ("group='region' is not a column of the data. The columns are 'f1', 'd1'."),
        id="group column",
    ),
    pytest.param(
        lambda: Questionnaire.from_frame([1, 2], functional=["f"], dysfunctional=["d"]),
        DataError,
        (
            "data must be a dataframe (pandas, polars, pyarrow, DuckDB, …) or a mapping of "
            "column name to values, but it is a list."
        ),
        id="no frame",
    ),
]


@pytest.mark.parametrize(("call", "kind", "message"), CASES)
def test_messages(call, kind, message):
    with pytest.raises(kind) as error:
        call()
    assert type(error.value) is kind
    assert str(error.value) == message


def test_errors_carry_column_rows_and_value():
    frame = {"f1": [1, 0, 3, 0], "d1": [5, 5, 5, 5]}
    with pytest.raises(DataError) as error:
        read(frame)
    found = error.value
    assert (found.column, found.rows, found.count, found.value) == ("f1", (1, 3), 2, 0)


def test_missing_answers_carry_their_rows():
    with pytest.raises(DataError) as error:
        read({"f1": [1, None, 3, None], "d1": [5, 5, 5, 5]})
    assert (error.value.column, error.value.rows) == ("f1", (1, 3))
