"""The blueprint of the identity pages."""

from flask import Blueprint

from practice.identity.permissions import Permission, a_room_for

bp = Blueprint("identity", __name__)
a_room_for(bp, Permission.OWN_ACCOUNT)
