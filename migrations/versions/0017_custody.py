"""Tell the custodian of a hand-over from whoever is on a care team for good"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE care_team_member SET kind = 'custody' WHERE kind = 'team' AND EXISTS ("
        " SELECT 1 FROM handover WHERE handover.custodian_id = care_team_member.user_id"
        " AND handover.accepted_at = care_team_member.joined_at AND handover.ended_at IS NULL)"
    )


def downgrade() -> None:
    op.execute("UPDATE care_team_member SET kind = 'team' WHERE kind = 'custody'")
