"""The study that ships with the package, and a small dealership that it describes."""

from importlib import resources

from custvalue import datasets

STUDY = resources.files("custvalue").joinpath("data", "study.toml").read_text(encoding="utf-8")
DEALERSHIP = datasets.simulate_dealership(600, rng=11)
