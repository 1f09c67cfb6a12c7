"""Courses: homework in steps over some weeks, built in and custom, and who is in one."""
