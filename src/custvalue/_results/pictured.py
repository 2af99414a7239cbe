"""Results that have a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from custvalue._picture import Picture


class Pictured:
    """Adds ``plot`` to a result; ``PICTURE`` names the function of `custvalue.plotting`."""

    __slots__ = ()
    PICTURE: ClassVar[str]

    def plot(self, ax: Axes | None = None, **options: Any) -> Picture:
        """Draw this result.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; by default on a figure of its own.
        **options
            Those of the function of :mod:`custvalue.plotting` that draws results of this kind,
            such as ``level=0.9``.

        Returns
        -------
        custvalue.plotting.Picture
            A notebook shows it; ``.save("picture.svg")`` writes it to a file.

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        from custvalue import plotting

        picture: Picture = getattr(plotting, self.PICTURE)(self, ax, **options)
        return picture
