"""The blueprint of the homework pages."""

from flask import Blueprint

from practice.identity.permissions import Permission, a_room_for

bp = Blueprint("homework", __name__)


a_room_for(bp, Permission.READ_FILES, Permission.WRITE_FILES)
