"""Rekindle: practice management for couples therapists, where the couple is the client.

The application itself is made by `practice.application.create_app`; importing a room, as the
processes of the press do, does not import the others.
"""
