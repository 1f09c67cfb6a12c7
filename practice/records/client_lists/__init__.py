"""Lists of clients from other programs: read, matched, looked at row by row, brought in, taken back."""
