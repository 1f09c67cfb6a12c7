"""The blueprint of the pages for running the practice."""

from flask import Blueprint

from practice.identity.permissions import Permission, a_room_for

bp = Blueprint("practice_admin", __name__)
a_room_for(bp, Permission.OWN_ACCOUNT)
