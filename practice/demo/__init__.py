"""A practice to try things in: invented people, real work, dates that follow the calendar."""
