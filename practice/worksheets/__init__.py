"""Worksheets: what stands on a sheet of paper for a couple, in all its variants."""
