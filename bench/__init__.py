"""Measurements: how long pages and sheets take, beside the least they could take."""
