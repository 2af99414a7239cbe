"""The table of speed: one module a subject, each line entered by ``timing.row``."""
