"""The report: what a study holds, read and put into sentences, tables and pictures.

``files`` and ``study`` read the inputs, ``content`` says what a report is made of, one file for
each part of the study fills it, and ``html`` writes the page. Nothing here computes an estimate.
"""
