"""What a study asks of the satisfaction model: the table ``[survey.structural]`` of its file."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from custvalue._report.keys import AnswerScale, Names, Part
from custvalue._structural.settings import Scheme
from custvalue._structural.structure import Construct, Path
from custvalue._structural.templates import acsi, ecsi
from custvalue.errors import ParameterError
from custvalue.structural import Model

Template = Literal["acsi", "ecsi", "own"]


class StructuralModel(Part):
    """``[survey.structural]``: constructs with their items, and what leads to what.

    ``model`` is ``"acsi"`` or ``"ecsi"``, whose constructs are given in
    ``[survey.structural.constructs]``, or ``"own"`` with ``paths`` between constructs of yours.
    ``target`` is what the section is about, ``formative`` the constructs that their items form
    (Mode B), ``scheme`` how they are seen while weights are estimated.
    """

    scale: AnswerScale
    model: Template = "ecsi"
    constructs: dict[str, Names]
    paths: tuple[tuple[str, str], ...] = ()
    target: str = "Satisfaction"
    formative: tuple[str, ...] = ()
    scheme: Scheme = "path"

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.model == "own") != bool(self.paths):
            raise ValueError(
                '[survey.structural] needs paths = [["Quality", "Satisfaction"], …] with model = '
                '"own", and no paths with "acsi" and "ecsi".'
            )
        try:
            names, ends = self.built.names, {path.target for path in self.built.paths}
        except ParameterError as error:
            raise ValueError(f"[survey.structural]: {error}") from None
        if self.target not in ends:
            raise ValueError(
                f"[survey.structural]: target must be a construct that paths lead to, but it is "
                f"{self.target!r}. The constructs are {', '.join(map(repr, names))}."
            )
        for name in self.formative:
            if name not in names:
                raise ValueError(
                    f"[survey.structural]: formative names {name!r}, which is no construct. The "
                    f"constructs are {', '.join(map(repr, names))}."
                )
        return self

    @property
    def built(self) -> Model:
        """The model."""
        if self.model == "own":
            constructs = [Construct(name, its) for name, its in self.constructs.items()]
            found = Model([*constructs, *(Path(*pair) for pair in self.paths)])
        else:
            found = (acsi if self.model == "acsi" else ecsi)(self.constructs)
        modes = {name: "B" if name in self.formative else "A" for name in found.names}
        parts = [Construct(its.name, its.items, modes[its.name]) for its in found.constructs]  # type: ignore[arg-type]  # one of the two
        return Model([*parts, *found.paths])

    @property
    def items(self) -> tuple[str, ...]:
        """All items."""
        return tuple(item for its in self.constructs.values() for item in its)
