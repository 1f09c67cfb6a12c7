"""Homework as content: built in and custom, read, listed, found and measured."""
