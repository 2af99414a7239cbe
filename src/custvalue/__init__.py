"""How good customers find you, and what that is worth.

Import the subject that you need; importing the package itself costs nothing:

>>> from custvalue import delivered_value, lifetime, satisfaction, servqual

================================  ===========================================================
:mod:`custvalue.survey`           scales and answers: the ground of everything measured
:mod:`custvalue.satisfaction`     perception against expectation, tiers, CSI, NPS, CSAT
:mod:`custvalue.servqual`         service quality: 22 items, five dimensions, gaps
:mod:`custvalue.kano`             what must be there, what pays by degree, what delights
:mod:`custvalue.comparing`        groups and waves compared, trends, sample sizes
:mod:`custvalue.drivers`          what moves satisfaction: key drivers, asymmetry, importance
:mod:`custvalue.delivered_value`  total value minus total cost, offers compared
:mod:`custvalue.lifetime`         purchase histories, BG/NBD, Gamma-Gamma, lifetime value
:mod:`custvalue.datasets`         embedded and simulated data with known truth
:mod:`custvalue.plotting`         pictures (extra ``plot``)
:mod:`custvalue.testing`          Hypothesis strategies for your own tests (extra ``testing``)
:mod:`custvalue.errors`           what can go wrong
================================  ===========================================================

Every estimate comes with its interval, its convention and its base; every error names the
argument, the row, the value and the next step.
"""

__version__ = "0.1.0"
