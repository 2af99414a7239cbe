"""Sphinx: numpydoc for the reference, MyST for the pages, the pydata theme."""

import custvalue

project = "custvalue"
author = "The custvalue maintainers"
copyright = "2026, the custvalue maintainers"
release = version = custvalue.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
]
exclude_patterns = ["_build"]
myst_enable_extensions = ["dollarmath", "deflist"]
autosummary_generate = True
autodoc_typehints = "none"
autodoc_default_options = {"exclude-members": "model_config, model_fields"}
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "pydata_sphinx_theme"
html_title = "custvalue"
html_theme_options = {"navigation_with_keys": False, "show_toc_level": 2}
