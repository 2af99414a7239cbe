"""Sphinx: numpydoc for the reference, MyST for the pages, the pydata theme."""

import enum
import sys
from pathlib import Path

from pydantic import BaseModel

import custvalue

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_extensions"))

import row_types  # noqa: E402 -- found by the path above

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
    "drawn_examples",
]
exclude_patterns = ["_build"]
templates_path = ["_templates"]
myst_enable_extensions = ["dollarmath", "deflist"]
autosummary_generate = True
autosummary_context = {
    "inherited": {*dir(BaseModel), *dir(Exception), *dir(enum.StrEnum)},
    "described": row_types.described(),
}
add_module_names = False
autodoc_typehints = "none"
autodoc_default_options = {"exclude-members": "model_config, model_fields"}
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "pydata_sphinx_theme"
html_title = "custvalue"
html_static_path = ["_static"]
html_css_files = ["custvalue.css"]
html_sidebars = {"tutorial": [], "changelog": []}  # nothing is beside them
html_theme_options = {"navigation_with_keys": False, "show_toc_level": 2}


row_types.write(HERE / "reference" / "generated")
