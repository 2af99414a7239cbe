"""What is wrong with scales and answers is said in words: the exact messages."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from custvalue.errors import DataError, ParameterError
from custvalue.kano import Questionnaire
from custvalue.satisfaction import net_promoter_score
from custvalue.survey import (
    Dimension,
    Instrument,
    Item,
    Responses,
    Scale,
    cronbach_alpha,
    describe,
    rake,
)

FIVE = Scale(1, 5)
PEOPLE = {"sex": ["f", "f", "m"], "w": [1, 2, 3]}
FRAME = {"friendly": [5, 4, 3], "on time": [4, 2, 5], "weight": [1.0, 2.0, 1.0]}
NO_ANSWER = (
    "Use missing='drop' to exclude such respondents, or missing='pairwise' to use the answers "
    "that there are."
)
NO_ANSWER_OF_SEVERAL = (
    "Use missing='drop' to exclude such respondents, missing='pairwise' to use the answers that "
    "there are, or missing='prorate' to fill it, where items are combined, by the respondent's "
    "answers to others that measure the same."
)
PRORATE = (
    "missing='prorate' fills an answer by those to other items that measure the same; it is a "
    "policy of Responses alone. Use missing='drop' or missing='pairwise'."
)
WEIGHT = "A sampling weight says how many people a respondent stands for."


def read(frame=None, items=None, **options):
    usual = {"scale": FIVE}
    return Responses.from_frame(FRAME if frame is None else frame, items, **(usual | options))


def array(answers, **options):
    return Responses.from_arrays(answers, **({"scale": FIVE} | options))


def dimension(*names):
    return Dimension(name="staff", items=tuple(Item(name=name) for name in names))


def instrument():
    staff = (Item(name="polite"), Item(name="rude", reverse_scored=True))
    place = Dimension(name="place", items=(Item(name="clean"),))
    return Instrument(name="workshop", dimensions=(Dimension(name="staff", items=staff), place))


def case(name, call, error, message):
    return pytest.param(call, error, message, id=name)


CASES = [
    # --- Scale
    case(
        "ends in the wrong order",
        lambda: Scale(5, 1),
        ParameterError,
        "Scale: low must be < high, but low=5 and high=1. Use direction='lower is better' for a "
        "scale whose small answers are good.",
    ),
    case(
        "ends alike",
        lambda: Scale(5, 5),
        ParameterError,
        "Scale: low must be < high, but low=5 and high=5. Use direction='lower is better' for a "
        "scale whose small answers are good.",
    ),
    case(
        "no whole number of steps",
        lambda: Scale(0, 100, step=30),
        ParameterError,
        "Scale: high must be a whole number of steps above low, but 0 to 100 in steps of 30 is "
        "not. Use step=None for a continuous scale.",
    ),
    case(
        "code on the scale",
        lambda: Scale(0, 10, missing_codes=(99, 9)),
        ParameterError,
        "Scale: missing_codes must lie outside 0-10, but 9 lies inside. Recode it in the data "
        "first.",
    ),
    case(
        "true zero of a rating",
        lambda: Scale(1, 5, true_zero=True),
        ParameterError,
        "Scale: a scale with a true zero starts at 0, but low=1.",
    ),
    case(
        "negative step",
        lambda: Scale(1, 5, step=-1),
        ParameterError,
        "Scale: step must be > 0, but it is -1.",
    ),
    case(
        "unknown direction",
        lambda: Scale(1, 5, direction="down"),
        ParameterError,
        "Scale: direction must be one of 'higher is better', 'lower is better', but it is 'down'.",
    ),
    case(
        "unknown argument",
        lambda: Scale(1, 5, steps=1),
        ParameterError,
        "Scale has no 'steps', only 'low', 'high', 'step', 'direction', 'true_zero', "
        "'missing_codes'. Did you mean 'step'?",
    ),
    case(
        "infinite end",
        lambda: Scale(0, float("inf")),
        ParameterError,
        "Scale: high must be a finite number, but it is inf.",
    ),
    case(
        "no scale",
        lambda: read(scale=(1, 5)),
        ParameterError,
        "scale must be a Scale, as in Scale(1, 10), but it is (1, 5). Did you mean Scale(1, 5)?",
    ),
    # --- columns
    case(
        "column absent",
        lambda: read(items=["frendly"]),
        DataError,
        "items[0]='frendly' is not a column of the data. Did you mean 'friendly'? The columns are "
        "'friendly', 'on time', 'weight'.",
    ),
    case(
        "weights absent",
        lambda: read(weights="wieght"),
        DataError,
        "weights='wieght' is not a column of the data. Did you mean 'weight'? The columns are "
        "'friendly', 'on time', 'weight'.",
    ),
    case(
        "one name",
        lambda: read(items="friendly"),
        DataError,
        "items must be a list of column names, but it is the one name 'friendly'. Write "
        "['friendly'] for a single column, and list several, as in ['q1', 'q2'].",
    ),
    case(
        "column twice",
        lambda: read(items=["friendly", "on time", "friendly"]),
        DataError,
        "items must be different, but 'friendly' is named twice.",
    ),
    case(
        "no columns",
        lambda: read({}),
        DataError,
        "items must name at least one column, but it is empty.",
    ),
    case(
        "no frame",
        lambda: read("survey.csv"),
        DataError,
        "data must be a dataframe (pandas, polars, pyarrow, DuckDB, …) or a mapping of column name "
        "to values, but it is a str.",
    ),
    case(
        "columns of different length",
        lambda: read({"a": [1, 2], "b": [1]}),
        DataError,
        "columns must have the same length, but have {'a': 2, 'b': 1}.",
    ),
    case(
        "no rows",
        lambda: read(pd.DataFrame({"a": []})),
        DataError,
        "the survey has no rows. Give at least one respondent.",
    ),
    case(
        "no answers",
        lambda: array([]),
        DataError,
        "the survey has no rows. Give at least one respondent.",
    ),
    # --- answers
    case(
        "0 on a scale from 1",
        lambda: read({"a": [1, 0, 5]}),
        DataError,
        "a must be a whole number from 1 to 5, but row 1 has 0. If 0 means no answer, use "
        "missing_codes=(0,); if the scale is another one, give its ends.",
    ),
    case(
        "several off the scale",
        lambda: read({"a": [6, 2, 7]}),
        DataError,
        "a must be a whole number from 1 to 5, but row 0 has 6 (and 1 more row). If 6 means no "
        "answer, use missing_codes=(6,); if the scale is another one, give its ends.",
    ),
    case(
        "half a point",
        lambda: read({"a": [1, 2.5, 5]}),
        DataError,
        "a must be a whole number from 1 to 5, but row 1 has 2.5. If it is a total or a mean, "
        "leave that row out; for a continuous scale use step=None.",
    ),
    case(
        "between steps of 20",
        lambda: read({"a": [0, 30]}, scale=Scale(0, 100, step=20)),
        DataError,
        "a must be a step of 20 from 0 to 100, but row 1 has 30. If it is a total or a mean, "
        "leave that row out; for a continuous scale use step=None.",
    ),
    case(
        "infinite",
        lambda: read({"a": [1, float("-inf")]}),
        DataError,
        "a must be a whole number from 1 to 5, but row 1 has -inf. Write a missing answer as null "
        "or NaN.",
    ),
    case(
        "words",
        lambda: read({"a": ["very", "hardly"]}),
        DataError,
        "a must be a number, but row 0 has 'very' (and 1 more row). Unknown wordings: 'very', "
        "'hardly'. Say what each word means, as in codebook=Codebook(scale=Scale(1, 5), "
        "words={'very': …, 'hardly': …}).",
    ),
    case(
        "a word in an array",
        lambda: array([[1, 2], [3, "often"]]),
        DataError,
        "item 2 must be a number, but row 1 has 'often'. These words are known to "
        "codebook=survey.FREQUENCY_5.",
    ),
    case(
        "yes and no",
        lambda: read(pl.DataFrame({"a": [True, False]})),
        DataError,
        "a must be a number, but row 0 has True (and 1 more row). Code the answers as numbers on "
        "the scale 1-5.",
    ),
    case(
        "ragged rows",
        lambda: array([[1, 2], [3]]),
        DataError,
        "answers must have one row per respondent and the same number of items in every row, but "
        "the "
        "rows differ in length. Write a missing answer as None.",
    ),
    case(
        "three dimensions",
        lambda: array(np.ones((2, 2, 2))),
        DataError,
        "answers must have the shape (respondents, items), but it is (2, 2, 2).",
    ),
    case(
        "too few names",
        lambda: array([[1, 2]], items=["a"]),
        DataError,
        "items has 1 names for 2 columns.",
    ),
    # --- missing answers
    case(
        "one missing",
        lambda: read({"a": [1, 2], "b": [3, None]}),
        DataError,
        f"b: row 1 has no answer. {NO_ANSWER_OF_SEVERAL}",
    ),
    case(
        "several missing",
        lambda: read({"a": [1, 2, np.nan], "b": [3, None, None]}),
        DataError,
        f"b: row 1 has no answer, one of 3 missing answers. {NO_ANSWER_OF_SEVERAL}",
    ),
    case(
        "one missing, of an instrument",
        lambda: read(
            {"polite": [1, 2], "rude": [3, None], "clean": [1, 1]}, instrument=instrument()
        ),
        DataError,
        f"rude: row 1 has no answer. {NO_ANSWER_OF_SEVERAL}",
    ),
    case(
        "one missing, of dimensions of one item",
        lambda: read(
            {"polite": [1, None], "clean": [1, 1]}, ["polite", "clean"], instrument=instrument()
        ),
        DataError,
        f"polite: row 1 has no answer. {NO_ANSWER}",
    ),
    case(
        "a code under raise",
        lambda: read({"a": [1, 9]}, scale=Scale(1, 5, missing_codes=(9,))),
        DataError,
        f"a: row 1 has no answer. {NO_ANSWER}",
    ),
    case(
        "nobody left",
        lambda: read({"a": [1, None], "b": [None, 1]}, missing="drop"),
        DataError,
        "missing='drop' leaves no respondents: each of the 2 respondents has a missing answer. Use "
        "missing='pairwise', or exclude the item with most missing answers.",
    ),
    case(
        "off the scale in a row to drop",
        lambda: read({"a": [None, 9], "b": [7, 1]}, missing="drop"),
        DataError,
        "a must be a whole number from 1 to 5, but row 1 has 9. If 9 means no answer, use "
        "missing_codes=(9,); if the scale is another one, give its ends.",
    ),
    case(
        "unknown policy",
        lambda: read(missing="drob"),
        ParameterError,
        "missing must be one of 'raise', 'drop', 'pairwise', 'prorate', but it is 'drob'. Did you "
        "mean 'drop'?",
    ),
    case(
        "nobody answered",
        lambda: read({"a": [None, None], "b": [1, 2]}, missing="pairwise").mean("a"),
        DataError,
        "a: there are no answers, so there is no mean. Exclude it.",
    ),
    case(
        "interval of one answer",
        lambda: read({"a": [3]}).mean("a").confidence_interval(),
        DataError,
        "a: an interval needs at least 2 answers, but there is 1. Report the value without one, or "
        "collect more answers.",
    ),
    case(
        "unknown item",
        lambda: read(weights="weight").item("Friendly"),
        ParameterError,
        "item must be one of 'friendly', 'on time', but it is 'Friendly'. Did you mean 'friendly'?",
    ),
    # --- weights
    case(
        "negative weight",
        lambda: read(FRAME | {"weight": [1, -2, -1]}, weights="weight"),
        DataError,
        f"weight must be a finite number >= 0, but row 1 has -2 (and 1 more row). {WEIGHT}",
    ),
    case(
        "missing weight",
        lambda: read(FRAME | {"weight": [1, None, 1]}, weights="weight"),
        DataError,
        f"weight must be a finite number >= 0, but row 1 has nan. {WEIGHT}",
    ),
    case(
        "infinite weight",
        lambda: array([1, 2], weights=[1, float("inf")]),
        DataError,
        f"weights must be a finite number >= 0, but row 1 has inf. {WEIGHT}",
    ),
    case(
        "weights all zero",
        lambda: array([1, 2], weights=[0, 0]),
        DataError,
        "weights must not all be 0. Omit the argument for equal weights.",
    ),
    case(
        "too few weights",
        lambda: array([1, 2], weights=[1]),
        DataError,
        "weights must have one entry for each of the 2 respondents, but its shape is (1,).",
    ),
    case(
        "weights in words",
        lambda: array([1, 2], weights=[1, "many"]),
        DataError,
        "weights must be a number, but row 1 has 'many'. Give numbers.",
    ),
    # --- groups and waves
    case(
        "column of groups absent",
        lambda: read(group="sight"),
        DataError,
        "group='sight' is not a column of the data. Did you mean 'weight'? The columns are "
        "'friendly', 'on time', 'weight'.",
    ),
    case(
        "group missing",
        lambda: read({"a": [1, 2], "site": ["x", None]}, group="site"),
        DataError,
        "site must be present, but row 1 has None. Give every row its value, or remove the row.",
    ),
    case(
        "wave missing in an array",
        lambda: array([1, 2], wave=[1, float("nan")]),
        DataError,
        "wave must be present, but row 1 has None. Give every row its value, or remove the row.",
    ),
    case(
        "group of halves",
        lambda: array([1, 2], group=[1.0, 1.5]),
        DataError,
        "group must be a whole number or text, but row 1 has 1.5. Turn the column into text, or "
        "into whole numbers.",
    ),
    case(
        "too few groups",
        lambda: array([1, 2], group=["x"]),
        DataError,
        "group must have one entry for each of the 2 respondents, but it has 1.",
    ),
    case(
        "one word for groups",
        lambda: array([1, 2], group="site"),
        DataError,
        "column 'group' must be a sequence, but it is 'site'.",
    ),
    case(
        "item and group",
        lambda: read(items=["friendly", "on time"], group="on time"),
        DataError,
        "column 'on time' is named as group and as an item. A column has one role.",
    ),
    case(
        "group and wave",
        lambda: read({"a": [1, 2], "site": ["x", "y"]}, group="site", wave="site"),
        DataError,
        "column 'site' is named as wave and as group. A column has one role.",
    ),
    case(
        "by group without groups",
        lambda: array([1, 2]).by("group"),
        DataError,
        "these responses have no label 'group'. Name its column when they are read, as in "
        "Responses.from_frame(…, group='…').",
    ),
    case(
        "by what",
        lambda: array([1, 2], wave=[1, 2]).by("waves"),
        DataError,
        "these responses have no label 'waves'. Did you mean 'wave'? Labels are 'wave'. Name its "
        "column when they are read, as in Responses.from_frame(…, labels=['waves']).",
    ),
    case(
        "by nothing",
        lambda: array([1, 2], wave=[1, 2]).by(),
        ParameterError,
        "by() needs a label, one of 'wave'.",
    ),
    case(
        "group of weight 0",
        lambda: array([1, 2, 3], weights=[0, 1, 0], group=["x", "y", "x"]).by("group"),
        DataError,
        "group 'x': all of its 2 respondents have the weight 0. Exclude them from the data.",
    ),
    # --- prorating, instruments, other weights
    case(
        "share of nothing",
        lambda: read(missing="prorate", min_answered=0),
        ParameterError,
        "min_answered must be a share > 0 and <= 1, as in 0.5, but it is 0.",
    ),
    case(
        "share in percent",
        lambda: read(missing="prorate", min_answered=50),
        ParameterError,
        "min_answered must be a share > 0 and <= 1, as in 0.5, but it is 50.",
    ),
    case(
        "share without prorating",
        lambda: read(missing="drop", min_answered=0.8),
        ParameterError,
        "min_answered=0.8 is a rule of missing='prorate', but missing='drop'. Use "
        "missing='prorate', or omit min_answered.",
    ),
    case(
        "nobody answered enough",
        lambda: read({"a": [1, None], "b": [None, 1]}, missing="prorate", min_answered=0.8),
        DataError,
        "missing='prorate' leaves no respondents: each of the 2 respondents answered less than "
        "80 % of the items of a dimension. Use a smaller min_answered, or exclude the item with "
        "most missing answers.",
    ),
    case(
        "too little answered by hand",
        lambda: Responses(
            ("a", "b", "c"),
            np.array([[1, np.nan, np.nan]]),
            FIVE,
            weights=np.ones(1),
            missing="prorate",
        ),
        DataError,
        "row 0 has answers to less than min_answered=0.5 of the items of a dimension. Give the "
        "instrument and missing='prorate' when the answers are read: such respondents are then "
        "excluded and counted.",
    ),
    case(
        "prorating one question",
        lambda: net_promoter_score([9, 10, None], missing="prorate"),
        ParameterError,
        PRORATE,
    ),
    case(
        "prorating a Kano questionnaire",
        lambda: Questionnaire.from_arrays([[1]], [[5]], missing="prorate"),
        ParameterError,
        PRORATE,
    ),
    case(
        "item of another instrument",
        lambda: read({"polit": [1, 2]}).keyed(instrument()),
        DataError,
        "unknown item 'polit'. Did you mean 'polite'? The items of 'workshop' are 'polite', "
        "'rude', 'clean'. Where columns have other names, use instrument.renamed([…]).",
    ),
    case(
        "instrument whose columns are absent",
        lambda: read({"polite": [1], "ruhde": [2], "clean": [3]}, instrument=instrument()),
        DataError,
        "items[1]='rude' is not a column of the data. Did you mean 'ruhde'? The columns are "
        "'polite', 'ruhde', 'clean'.",
    ),
    case(
        "no instrument",
        lambda: read().keyed("workshop"),
        ParameterError,
        "instrument must be an Instrument, but it is 'workshop'.",
    ),
    case(
        "read with no instrument",
        lambda: read(instrument=("friendly", "on time")),
        ParameterError,
        "instrument must be an Instrument, but it is ('friendly', 'on time').",
    ),
    case(
        "keyed by two instruments",
        lambda: (
            read({"rude": [1, 2]})
            .keyed(instrument())
            .keyed(Instrument(name="other", dimensions=(dimension("rude"),)))
        ),
        DataError,
        "these responses are recoded by the instrument 'workshop' already, and 'other' is another "
        "one. Recode the answers as they were read.",
    ),
    case(
        "off the scale in a reversed item",
        lambda: read({"rude": [1, 0]}, ["rude"], instrument=instrument()),
        DataError,
        "rude must be a whole number from 1 to 5, but row 1 has 0. If 0 means no answer, use "
        "missing_codes=(0,); if the scale is another one, give its ends.",
    ),
    case(
        "score of a dimension without an instrument",
        lambda: read().scores("staff"),
        DataError,
        "these responses have no instrument that says which items make a dimension. Give it when "
        "they are read, as in Responses.from_frame(…, instrument=…).",
    ),
    case(
        "unknown dimension",
        lambda: read({"rude": [1]}, ["rude"], instrument=instrument()).scores("stuff"),
        ParameterError,
        "dimension must be one of 'staff', 'place', but it is 'stuff'. Did you mean 'staff'?",
    ),
    case(
        "dimension that was not asked",
        lambda: read({"rude": [1]}, ["rude"], instrument=instrument()).scores("place"),
        DataError,
        "none of the items of 'place' is among these responses.",
    ),
    case(
        "weights of those who are excluded",
        lambda: read({"a": [1, None, 3]}, missing="drop").with_weights([1, 2, 3]),
        DataError,
        "weights has one entry for each of the 3 respondents of the data, but 1 of them are "
        "excluded from these responses. Put the weights into the data, and read both together: "
        "Responses.from_frame(…, weights='…').",
    ),
    case(
        "no other weights",
        lambda: read().with_weights(None),
        DataError,
        "column 'weights' must be a sequence, but it is None.",
    ),
    case(
        "other weights of another length",
        lambda: read().with_weights([1, 2]),
        DataError,
        "weights must have one entry for each of the 3 respondents, but its shape is (2,).",
    ),
    # --- descriptions
    case(
        "description of an unknown item",
        lambda: describe(read(), ["friendly", "on tine"]),
        ParameterError,
        "items[1] must be one of 'friendly', 'on time', 'weight', but it is 'on tine'. Did you "
        "mean 'on time'?",
    ),
    case(
        "description of a frame",
        lambda: describe({"a": [1, 2]}),
        ParameterError,
        "responses must be Responses, as in Responses.from_frame(frame, scale=Scale(1, 5)), but it "
        "is a dict.",
    ),
    case(
        "description of one name",
        lambda: describe(read(), "friendly"),
        DataError,
        "items must be a list of column names, but it is the one name 'friendly'. Write "
        "['friendly'] for a single column, and list several, as in ['q1', 'q2'].",
    ),
    case(
        "description by groups that are not there",
        lambda: describe(read(), by="group"),
        DataError,
        "these responses have no label 'group'. Name its column when they are read, as in "
        "Responses.from_frame(…, group='…').",
    ),
    case(
        "description by what",
        lambda: describe(read(), by="site"),
        DataError,
        "these responses have no label 'site'. Name its column when they are read, as in "
        "Responses.from_frame(…, labels=['site']).",
    ),
    case(
        "high share in percent",
        lambda: describe(read(), high_share=50),
        ParameterError,
        "Description: high_share must be <= 1, but it is 50. Did you mean 0.5?",
    ),
    case(
        "item that is not described",
        lambda: describe(read()).item("frendly"),
        ParameterError,
        "name must be one of 'friendly', 'on time', 'weight', but it is 'frendly'. Did you mean "
        "'friendly'?",
    ),
    case(
        "item of which group",
        lambda: describe(array([1, 2], group=["x", "y"]), by="group").item("item 1"),
        ParameterError,
        "label must be one of 'x', 'y': items are by group.",
    ),
    case(
        "item of an unknown group",
        lambda: describe(array([1, 2], group=["x", "y"]), by="group").item("item 1", "z"),
        ParameterError,
        "label must be one of 'x', 'y', but it is 'z'.",
    ),
    # --- arguments of another kind
    case(
        "weights as a list for a frame",
        lambda: Responses.from_frame({"a": [1, 2]}, ["a"], scale=Scale(1, 5), weights=[1, 2]),
        ParameterError,
        "weights must be the name of a column, as in weights='weight', but it is a list. Put its "
        "values into the frame as a column, or use from_arrays(…, weights=…).",
    ),
    case(
        "groups as an array for a frame",
        lambda: Responses.from_frame(
            {"a": [1, 2]}, ["a"], scale=Scale(1, 5), group=np.array(["x", "y"])
        ),
        ParameterError,
        "group must be the name of a column, as in group='group', but it is a ndarray. Put its "
        "values into the frame as a column, or use from_arrays(…, group=…).",
    ),
    case(
        "one weight for everybody",
        lambda: array([1, 2], weights=2),
        DataError,
        "column 'weights' must be a sequence, but it is 2.",
    ),
    case(
        "weights that no square can hold",
        lambda: array([1, 2], weights=[1e-300, 1e300]),
        DataError,
        "weights must be 0 or a number from 1e-50 to 1e+50, but row 0 has 1e-300 (and 1 more "
        "row). A sampling weight says how many people a respondent stands for.",
    ),
    case(
        "a raking in place of its weights",
        lambda: array([1, 2]).with_weights(rake({"a": [1, 2]}, {"a": {1: 50, 2: 50}})),
        DataError,
        "weights must be a sequence of numbers, but it is a Raking. Use raking.weights.",
    ),
    case(
        "two columns of one name",
        lambda: Responses.from_frame(
            pd.DataFrame([[1, 2], [2, 3]], columns=["a", "a"]), scale=Scale(1, 5)
        ),
        DataError,
        "columns must have different names, but one is used more than once: 'a' 2 times. Rename "
        "it first.",
    ),
    case(
        "items in words",
        lambda: Dimension(name="staff", items=("a", "b")),
        ParameterError,
        "Dimension: items.0 must be Item(…), but it is 'a'. Dimension: items.1 must be Item(…), "
        "but it is 'b'.",
    ),
    case(
        "a dimension of no items",
        lambda: Dimension(name="staff", items=()),
        ParameterError,
        "Dimension: items must not be empty.",
    ),
    case(
        "an instrument with a mistyped key",
        lambda: Instrument.from_json(
            '{"name": "i", "dimensions": [{"name": "d", "items": [{"name": "a", "lable": "b"}]}]}'
        ),
        ParameterError,
        "Instrument: dimensions.0: Dimension: items.0: Item has no 'lable', only 'name', 'label', "
        "'chinese', 'wording', 'wording_chinese', 'reverse_scored'. Did you mean 'label'?",
    ),
    case(
        "a scale in words",
        lambda: Scale("1", "5"),
        ParameterError,
        "Scale: low must be a number, but it is '1'. Write numbers, as in Scale(1, 5).",
    ),
    case(
        "a scale of truth values",
        lambda: Scale(0, np.True_),
        ParameterError,
        "Scale: high must be a number, but it is True. Write numbers, as in Scale(1, 5).",
    ),
    case(
        "a missing code in words",
        lambda: Scale(1, 5, missing_codes=("9",)),
        ParameterError,
        "Scale: missing_codes must be a number, but it is '9'. Write numbers, as in Scale(1, 5).",
    ),
    # --- raking
    case(
        "no margins",
        lambda: rake(PEOPLE, {}),
        ParameterError,
        "margins must say which shares each column should have, as in {'sex': {'f': 0.52, 'm': "
        "0.48}}, but it is {}.",
    ),
    case(
        "margin that is no mapping",
        lambda: rake(PEOPLE, {"sex": [0.5, 0.5]}),
        ParameterError,
        "margins['sex'] must say which share each category should have, as in {'f': 0.52, 'm': "
        "0.48}, but it is [0.5, 0.5].",
    ),
    case(
        "column of a margin absent",
        lambda: rake(PEOPLE, {"sexe": {"f": 0.5, "m": 0.5}}),
        DataError,
        "margins[0]='sexe' is not a column of the data. Did you mean 'sex'? The columns are 'sex', "
        "'w'.",
    ),
    case(
        "share in words",
        lambda: rake(PEOPLE, {"sex": {"f": "half", "m": 0.5}}),
        ParameterError,
        "margins['sex']['f'] must be a share >= 0, but it is 'half'.",
    ),
    case(
        "negative share",
        lambda: rake(PEOPLE, {"sex": {"f": 1.5, "m": -0.5}}),
        ParameterError,
        "margins['sex']['m'] must be a share >= 0, but it is -0.5.",
    ),
    case(
        "shares that do not sum",
        lambda: rake(PEOPLE, {"sex": {"f": 0.52, "m": 0.38}}),
        DataError,
        "margins['sex'] must add up to 1 or 100, but adds up to 0.900000, which rounding does not "
        "explain. If these are counts of people, divide each by their sum.",
    ),
    case(
        "shares of one decimal that do not sum",
        lambda: rake(PEOPLE, {"sex": {"f": 0.5, "m": 0.4}}),
        DataError,
        "margins['sex'] must add up to 1 or 100, but adds up to 0.900000, which rounding does not "
        "explain. If these are counts of people, divide each by their sum.",
    ),
    case(
        "few counts of people",
        lambda: rake(PEOPLE, {"sex": {"f": 52, "m": 38}}),
        DataError,
        "margins['sex'] must add up to 1 or 100, but adds up to 90, which rounding does not "
        "explain. If these are counts of people, divide each by their sum.",
    ),
    case(
        "sizes of groups that are no counts",
        lambda: rake(PEOPLE, {"sex": {"f": 520.5, "m": 480}}),
        DataError,
        "margins['sex'] must add up to 1 or 100, but adds up to 1,000.50, which rounding does not "
        "explain. If these are counts of people, divide each by their sum.",
    ),
    case(
        "shares without categories",
        lambda: rake(PEOPLE, {"sex": pl.Series([0.5, 0.5])}),
        ParameterError,
        "margins['sex'] must say which share each category should have, as in {'f': 0.52, 'm': "
        "0.48}, but it is a Series.",
    ),
    case(
        "a share for no category",
        lambda: rake(PEOPLE, {"sex": pd.Series(["f", "m", None]).value_counts(dropna=False)}),
        ParameterError,
        "margins['sex'] has a number for a missing category. Leave it out; for respondents "
        "whose category is missing use missing='own share'.",
    ),
    case(
        "a category twice",
        lambda: rake(PEOPLE, {"sex": pd.Series([0.5, 0.3, 0.2], index=["f", "m", "m"])}),
        DataError,
        "margins['sex'] has 'm' more than once. Add its numbers up first.",
    ),
    case(
        "a missing category",
        lambda: rake({"sex": ["f", "m", " "]}, {"sex": {"f": 0.5, "m": 0.5}}),
        DataError,
        "sex must be present, but row 2 has ' '. Use missing='own share' to let such respondents "
        "keep the share that they have, or leave them out.",
    ),
    case(
        "no category at all",
        lambda: rake({"sex": [None, ""]}, {"sex": {"f": 1}}, missing="own share"),
        DataError,
        "sex is missing for all respondents, so that it cannot be a margin. Leave it out of "
        "margins.",
    ),
    case(
        "unknown policy of margins",
        lambda: rake(PEOPLE, {"sex": {"f": 0.5, "m": 0.5}}, missing="drop"),
        ParameterError,
        "missing must be one of 'raise', 'own share', but it is 'drop'.",
    ),
    case(
        "category without respondents",
        lambda: rake(PEOPLE, {"sex": {"f": 0.5, "m": 0.4, "x": 0.1}}),
        DataError,
        "margins['sex'] wants 10.0 % of 'x', but no respondent has it. Join it with another "
        "category, here and in the data.",
    ),
    case(
        "category whose respondents have the weight 0",
        lambda: rake({"sex": ["f", "m"], "w": [1, 0]}, {"sex": {"f": 50, "m": 50}}, weights="w"),
        DataError,
        "margins['sex'] wants 50.0 % of 'm', but its 1 respondent has the weight 0. Give them "
        "weights > 0, or join 'm' with another category, here and in the data.",
    ),
    case(
        "category without a target",
        lambda: rake(PEOPLE, {"sex": {"f": 1}}),
        DataError,
        "sex is 'm' for 1 respondent, but margins['sex'] has no target for it, only for 'f'. Give "
        "it a share, or leave these respondents out; if it is no category, such as 'prefer not to "
        "say', make it missing and use missing='own share'.",
    ),
    case(
        "category of another kind",
        lambda: rake({"wave": [1, 2]}, {"wave": {"1": 50, "2": 50}}),
        DataError,
        "wave is 1 for 1 respondent, but margins['wave'] has no target for it, only for '1', '2'. "
        "Did you mean '1'? Give it a share, or leave these respondents out; if it is no category, "
        "such as 'prefer not to say', make it missing and use missing='own share'.",
    ),
    case(
        "category whose target is 0",
        lambda: rake(PEOPLE, {"sex": {"f": 1, "m": 0}}),
        DataError,
        "margins['sex'] gives 'm' the share 0, but 1 respondent has it. Leave them out of the "
        "data, or give it a share.",
    ),
    case(
        "category missing",
        lambda: rake({"sex": ["f", None]}, {"sex": {"f": 1}}),
        DataError,
        "sex must be present, but row 1 has None. Use missing='own share' to let such respondents "
        "keep the share that they have, or leave them out.",
    ),
    case(
        "negative base weight",
        lambda: rake({"sex": ["f"], "w": [-1]}, {"sex": {"f": 1}}, weights="w"),
        DataError,
        f"w must be a finite number >= 0, but row 0 has -1. {WEIGHT}",
    ),
    case(
        "two sets of base weights",
        lambda: rake(array([1, 2], group=["x", "y"]), {"group": {"x": 1, "y": 1}}, weights="w"),
        ParameterError,
        "Responses have weights of their own, but weights='w'. Omit it, or use "
        "responses.with_weights(…) first.",
    ),
    case(
        "trimming below the mean",
        lambda: rake(PEOPLE, {"sex": {"f": 0.5, "m": 0.5}}, trim=0.5),
        ParameterError,
        "trim must be the lowest and the highest weight as multiples of the mean weight, as in "
        "(0.2, 5), or the highest alone, but it is 0.5.",
    ),
    case(
        "trimming by three numbers",
        lambda: rake(PEOPLE, {"sex": {"f": 0.5, "m": 0.5}}, trim=(0.1, 1, 5)),
        ParameterError,
        "trim must be the lowest and the highest weight as multiples of the mean weight, as in "
        "(0.2, 5), or the highest alone, but it is (0.1, 1, 5).",
    ),
    case(
        "trimming in words",
        lambda: rake(PEOPLE, {"sex": {"f": 0.5, "m": 0.5}}, trim=(0.1, "5")),
        ParameterError,
        "trim must be the lowest and the highest weight as multiples of the mean weight, as in "
        "(0.2, 5), or the highest alone, but it is (0.1, '5').",
    ),
    case(
        "tolerance of nothing",
        lambda: rake(PEOPLE, {"sex": {"f": 0.5, "m": 0.5}}, tolerance=0),
        ParameterError,
        "tolerance must be a difference of shares > 0 and < 1, as in 1e-6, but it is 0.",
    ),
    case(
        "half a round",
        lambda: rake(PEOPLE, {"sex": {"f": 0.5, "m": 0.5}}, max_iterations=0.5),
        ParameterError,
        "max_iterations must be a whole number >= 1, but it is 0.5.",
    ),
    case(
        "raked mean of others",
        lambda: rake(PEOPLE, {"sex": {"f": 0.5, "m": 0.5}}).mean([1, 2]),
        DataError,
        "values must have one entry for each of the 3 respondents, but its shape is (2,).",
    ),
    case(
        "raked mean in words",
        lambda: rake(PEOPLE, {"sex": {"f": 0.5, "m": 0.5}}).mean([1, 2, "good"]),
        DataError,
        "values must be a number, but row 2 has 'good'. Give numbers.",
    ),
    case(
        "raked mean of nobody",
        lambda: rake(PEOPLE, {"sex": {"f": 0.5, "m": 0.5}}).mean([None] * 3, name="friendly"),
        DataError,
        "friendly: there are no answers, so there is no mean. Exclude it.",
    ),
    case(
        "raked mean of as many respondents as categories",
        lambda: rake({"sex": ["f", "m"]}, {"sex": {"f": 0.5, "m": 0.5}}).mean([1, 2]),
        DataError,
        "mean: 2 respondents are no more than the margins explain (2), so that there is no "
        "variance to estimate. Join categories of the margins.",
    ),
    # --- put together by hand
    case(
        "shape by hand",
        lambda: Responses(
            items=("a", "b"), answers=np.ones((3, 1)), weights=np.ones(3), scale=FIVE
        ),
        DataError,
        "answers must have the shape (respondents, 2), one column for each item, but it is (3, 1).",
    ),
    case(
        "off the scale by hand",
        lambda: Responses(items=("a",), answers=np.zeros((3, 1)), weights=np.ones(3), scale=FIVE),
        DataError,
        "a must be a whole number from 1 to 5, but row 0 has 0 (and 2 more rows). If 0 means no "
        "answer, use missing_codes=(0,); if the scale is another one, give its ends.",
    ),
    case(
        "JSON off the scale",
        lambda: Responses.from_json(array([1, 2]).to_json().replace("[2.0]", "[7.0]")),
        ParameterError,
        "item 1 must be a whole number from 1 to 5, but row 1 has 7. If 7 means no answer, use "
        "missing_codes=(7,); if the scale is another one, give its ends.",
    ),
    # --- instruments
    case(
        "item twice",
        lambda: Instrument(name="x", dimensions=(dimension("a", "b", "a"),)),
        ParameterError,
        "Instrument: item names must be different, but 'a' is used twice.",
    ),
    case(
        "dimension twice",
        lambda: Instrument(name="x", dimensions=(dimension("a"), dimension("b"))),
        ParameterError,
        "Instrument: dimension names must be different, but 'staff' is used twice.",
    ),
    case(
        "wrong number of names",
        lambda: Instrument(name="x", dimensions=(dimension("a", "b"),)).renamed(["q1"]),
        DataError,
        "x has 2 items, but there are 1 names.",
    ),
    # --- alpha
    case(
        "alpha of one item",
        lambda: cronbach_alpha(array([1, 2, 3])),
        DataError,
        "Cronbach's alpha needs at least 2 items, but there is 1. A single item has no internal "
        "consistency.",
    ),
    case(
        "alpha of one respondent",
        lambda: cronbach_alpha(array([[1, 2], [3, None]], missing="drop")),
        DataError,
        "Cronbach's alpha needs at least 2 respondents who answered all 2 items, but there is 1. "
        "Exclude the item with most missing answers, or collect more answers.",
    ),
    case(
        "alpha of equal totals",
        lambda: cronbach_alpha(array([[1, 3], [3, 1], [2, 2]])),
        DataError,
        "Cronbach's alpha needs respondents who differ, but all have the same total score.",
    ),
    case(
        "alpha of equal answers",
        lambda: cronbach_alpha(array([[4, 4], [4, 4]])),
        DataError,
        "Cronbach's alpha needs respondents who differ, but all have the same total score.",
    ),
    case(
        "alpha of an unknown item",
        lambda: cronbach_alpha(array([[1, 2], [2, 3]]), ["item 1", "item 3"]),
        ParameterError,
        "items[1] must be one of 'item 1', 'item 2', but it is 'item 3'.",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), CASES)
def test_bad_input_is_refused_in_words(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_an_error_carries_column_rows_and_value():
    with pytest.raises(DataError) as caught:
        read({"a": [1, 8, 2, 9]})
    error = caught.value
    assert (error.column, error.rows, error.count, error.value) == ("a", (1, 3), 2, 8)
    with pytest.raises(DataError) as caught:
        read({"a": [1, None, 2, None]})
    assert (caught.value.column, caught.value.rows) == ("a", (1, 3))
