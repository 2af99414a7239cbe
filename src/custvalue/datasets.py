"""Data to try things on: one real transaction log, and linked data with known truth.

* :func:`cdnow`: the transactions of 2,357 customers of a music shop, the field's standard log.
* :func:`simulate_dealership`: survey and transactions of a car dealer's workshop, linked by
  customer, from models whose parameters are returned with the data.
* :func:`simulate_network`: a network of dealers that surveys its customers every quarter, whose
  quality moves how long customers stay, how often they buy and what they spend.
* :func:`simulate_linked_survey`: customers who buy, are asked, and go on buying, with known
  effects of what they feel.
* :func:`simulate_brand_choice`: respondents who rate brands, and choose the next one.

A :class:`Dataset` is a dict of column name to array, which every function of custvalue takes as it
is; ``pandas.DataFrame(data)`` or ``to_frame`` turns it into a dataframe.

Examples
--------
>>> from custvalue import datasets
>>> log = datasets.cdnow()
>>> log
Dataset('CDNOW, calibration', rows=4,960, columns=('customer_id', 'date', 'quantity', 'spend'))
>>> log["spend"][:3]
array([29.33, 29.73, 14.96])
"""

from custvalue._datasets.brands import simulate_brand_choice
from custvalue._datasets.cdnow import cdnow
from custvalue._datasets.dataset import Dataset
from custvalue._datasets.dealership import Dealership, DealershipTruth, simulate_dealership
from custvalue._datasets.linked import LinkedSurvey, simulate_linked_survey
from custvalue._datasets.network import Network, NetworkTruth, simulate_network

__all__ = [
    "Dataset",
    "Dealership",
    "DealershipTruth",
    "LinkedSurvey",
    "Network",
    "NetworkTruth",
    "cdnow",
    "simulate_brand_choice",
    "simulate_dealership",
    "simulate_linked_survey",
    "simulate_network",
]
