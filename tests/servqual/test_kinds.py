"""What is needed is named where something of another kind is given."""

import pytest

from custvalue.errors import ParameterError
from custvalue.servqual import Survey, compare_surveys, gap_model
from custvalue.survey import Responses, Scale

SCALE = Scale(1, 7)
ANSWERS = Responses.from_arrays([[5, 6], [6, 6], [4, 5]], scale=SCALE)


def customers():
    return Survey.from_arrays(
        [[5, 5], [4, 6], [6, 5]], [[6, 6], [7, 6], [6, 7]], scale=SCALE, dimensions={"staff": 2}
    )


CASES = {
    "responses for a survey": (
        lambda: compare_surveys(ANSWERS),
        (
            "survey must be a servqual.Survey, as of servqual.Survey.from_frame(…), but it is "
            "Responses."
        ),
    ),
    "responses for customers": (
        lambda: gap_model(ANSWERS, management=ANSWERS),
        (
            "customers must be a servqual.Survey, as of servqual.Survey.from_frame(…), but it is "
            "Responses."
        ),
    ),
    "a gap that the model does not have": (
        lambda: gap_model(customers(), management=ANSWERS).gap(6),
        (
            "number must be one of 1, 5, but it is 6. Gap 2 needs specifications. Gap 3 needs "
            "delivery and specifications. Gap 4 needs delivery and communications."
        ),
    ),
}


@pytest.mark.parametrize(("call", "message"), CASES.values(), ids=CASES)
def test_messages(call, message):
    with pytest.raises(ParameterError) as caught:
        call()
    assert str(caught.value) == message
