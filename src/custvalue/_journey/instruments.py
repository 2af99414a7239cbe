"""Questionnaires for two conversations: how fair the answer to a complaint was, and social style.

Justice of service recovery has three sides (Tax, Brown & Chandrashekaran 1998, *Journal of
Marketing* 62(2), 60-76): what the customer got (distributive), how it was decided (procedural), how
one was treated (interactional). Social style is where somebody stands on assertiveness and on
responsiveness (Merrill & Reid 1981, *Personal Styles and Effective Performance*). The wording of
the items is this package's own: no published questionnaire is copied, and norms of others do not
apply to it.
"""

from __future__ import annotations

from custvalue._respondents.instrument import Dimension, Instrument, Item, some_items
from custvalue._respondents.responses import Responses
from custvalue._words import listed
from custvalue.errors import DataError, ParameterError


def _items(prefix: str, *questions: tuple[str, str]) -> tuple[Item, ...]:
    return tuple(
        Item(name=f"{prefix}{place}", label=english, chinese=chinese)
        for place, (english, chinese) in enumerate(questions, 1)
    )


RECOVERY_JUSTICE = Instrument(
    name="justice of recovery",
    version="own wording",
    dimensions=(
        Dimension(
            name="distributive",
            chinese="结果公平",
            items=_items(
                "D",
                ("What I got made up for the trouble", "补偿弥补了我的麻烦"),
                ("The result was what I deserved", "结果是我应得的"),
                ("Others in my place would have got the same", "别人遇到同样情况也会得到同样结果"),
                ("I am no worse off than before", "我没有因此吃亏"),
            ),
        ),
        Dimension(
            name="procedural",
            chinese="程序公平",
            items=_items(
                "P",
                ("It was easy to complain", "投诉很方便"),
                ("They answered without delay", "答复及时"),
                ("They heard my side before they decided", "他们先听我说,再做决定"),
                ("It was clear who decides and by which rules", "由谁决定、按什么规定,都很清楚"),
            ),
        ),
        Dimension(
            name="interactional",
            chinese="互动公平",
            items=_items(
                "I",
                ("They were polite", "他们有礼貌"),
                ("They were sorry, and meant it", "他们真诚道歉"),
                ("They explained what had gone wrong", "他们解释了问题原因"),
                ("They did their best to help", "他们尽力帮忙"),
            ),
        ),
    ),
)
"""How fair customers find the answer to their complaint: three dimensions of four items."""

SOCIAL_STYLE = Instrument(
    name="social style",
    version="own wording",
    dimensions=(
        Dimension(
            name="assertiveness",
            chinese="主张性",
            items=_items(
                "A",
                ("States what he or she wants at once", "马上说出自己的要求"),
                ("Speaks fast and firmly", "说话快而坚定"),
                ("Decides quickly", "决定很快"),
                ("Leads the conversation", "主导谈话"),
            ),
        ),
        Dimension(
            name="responsiveness",
            chinese="反应性",
            items=_items(
                "R",
                ("Shows feelings", "表露情感"),
                ("Likes to talk about people and personal matters", "爱谈人和自己的事"),
                ("Speaks with gestures and a lively face", "表情、手势丰富"),
                ("Is easy to get close to", "容易亲近"),
            ),
        ),
    ),
)
"""What a service advisor observes of a customer: two dimensions of four items."""


def items_of(answers: object, instrument: object) -> tuple[Responses, Instrument]:
    """Return answers recoded by an instrument, and the part of it that was asked."""
    if not isinstance(answers, Responses):
        raise ParameterError(
            f"answers must be Responses, but it is {type(answers).__name__}. Read them with "
            f"Responses.from_frame(frame, scale=...)."
        )
    if not isinstance(instrument, Instrument):
        raise ParameterError(
            f"instrument must be an Instrument, such as journey.RECOVERY_JUSTICE, but it is "
            f"{instrument!r}."
        )
    asked = [name for name in instrument.item_names if name in answers.items]
    if not asked:
        raise DataError(
            f"the answers have no item of {instrument.name!r}, whose items are "
            f"{listed(instrument.item_names)}. Give it the names of your columns: "
            f"instrument.renamed([…])."
        )
    own, part = some_items(instrument, asked), answers.only(asked)
    return part if answers.instrument == instrument else part.keyed(own), own
