"""The clinician's workspace: questions asked back, assignment, history, visit outcomes, signed rules."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "rule_sign_off",
    "referral_event",
    "rule_replay_line",
    "visit_outcome",
)
NEW_TABLES = (
    "cover",
    "rule_settings",
    "rule_replay",
    "rule_sign_off",
    "referral_event",
    "referring_office",
    "rule_replay_line",
    "visit_outcome",
    "information_request",
)
KINDS_BEFORE = (
    "kind IN ('safety', 'check_in', 'choose_time', 'no_time_in_window', 'message_failed', "
    "'visit_no_longer_fits', 'possible_duplicate', 'finish_intake')"
)
KINDS = KINDS_BEFORE.replace("'finish_intake'", "'finish_intake', 'ask_by_phone', 'redirected'")
TO_REVIEW = sa.text("status = 'submitted'")
DECIDED = sa.text("status = 'decided'")
WAITING = sa.text("status = 'needs_information'")
OPEN = sa.text("status IN ('submitted', 'needs_information', 'decided')")


def guard(table):
    """Put the append-only triggers on a table; the function is that of the first schema."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def replace_kinds(condition):
    """Let a call-back be of these kinds."""
    with op.batch_alter_table("call_back") as batch:
        batch.drop_constraint(op.f("ck_call_back_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_call_back_kind"), sa.text(condition))


def order_worklist(*columns):
    """Make the index of the worklist anew."""
    op.drop_index("ix_referral_worklist", "referral")
    where = {"postgresql_where": TO_REVIEW, "sqlite_where": TO_REVIEW}
    op.create_index("ix_referral_worklist", "referral", columns, **where)


def upgrade() -> None:
    op.create_table(
        "cover",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("covered_by", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_cover_days_in_order")),
        sa.CheckConstraint("staff_id <> covered_by", name=op.f("ck_cover_somebody_else")),
        sa.ForeignKeyConstraint(["covered_by"], ["staff.id"], name=op.f("fk_cover_covered_by")),
        sa.ForeignKeyConstraint(["entered_by"], ["staff.id"], name=op.f("fk_cover_entered_by")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_cover_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover")),
    )
    op.create_index(op.f("ix_cover_covered_by"), "cover", ["covered_by"], unique=False)
    op.create_index(op.f("ix_cover_staff_id"), "cover", ["staff_id"], unique=False)
    op.create_table(
        "rule_settings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("follows", sa.Integer(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("config_hash", sa.String(length=80), nullable=False),
        sa.Column("rule_version", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "rejected",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("why", sa.String(length=1000), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'draft') = (decided_at IS NULL)", name=op.f("ck_rule_settings_decided_at")
        ),
        sa.CheckConstraint(
            "number = 1 OR state = 'draft' OR decided_by IS NOT NULL",
            name=op.f("ck_rule_settings_decided_by"),
        ),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f("ck_rule_settings_two_people")),
        sa.CheckConstraint(
            "number = 1 OR proposed_by IS NOT NULL", name=op.f("ck_rule_settings_proposed_by")
        ),
        sa.CheckConstraint(
            "number >= 1 AND follows >= 0 AND follows < number", name=op.f("ck_rule_settings_number_counts")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_rule_settings_decided_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["staff.id"], name=op.f("fk_rule_settings_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_settings")),
        sa.UniqueConstraint("number", name=op.f("uq_rule_settings_number")),
    )
    op.create_index("ix_rule_settings_config_hash", "rule_settings", ["config_hash"], unique=False)
    op.create_index(op.f("ix_rule_settings_decided_by"), "rule_settings", ["decided_by"], unique=False)
    op.create_index(op.f("ix_rule_settings_proposed_by"), "rule_settings", ["proposed_by"], unique=False)
    op.create_index(
        "uq_rule_settings_follows_published",
        "rule_settings",
        ["follows"],
        unique=True,
        postgresql_where=sa.text("state = 'published'"),
        sqlite_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "rule_replay",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("settings_id", sa.Uuid(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("changed + unreadable <= read", name=op.f("ck_rule_replay_counts")),
        sa.ForeignKeyConstraint(
            ["settings_id"], ["rule_settings.id"], name=op.f("fk_rule_replay_settings_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_replay")),
        sa.UniqueConstraint("settings_id", name=op.f("uq_rule_replay_settings_id")),
    )
    op.create_table(
        "rule_sign_off",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("settings_id", sa.Uuid(), nullable=False),
        sa.Column("choice", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=2000), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["settings_id"], ["rule_settings.id"], name=op.f("fk_rule_sign_off_settings_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_rule_sign_off_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_sign_off")),
        sa.UniqueConstraint("settings_id", "digest", name=op.f("uq_rule_sign_off_settings_id_digest")),
    )
    op.create_index(op.f("ix_rule_sign_off_staff_id"), "rule_sign_off", ["staff_id"], unique=False)
    op.create_table(
        "referral_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "asked",
                "recalled",
                "answered",
                "withdrawn",
                "reopened",
                "closed",
                "assigned",
                "commented",
                "replied",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "patient_asked",
                "seen_elsewhere",
                "entered_twice",
                "not_reached",
                "died",
                "other",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("about_staff_id", sa.Uuid(), nullable=True),
        sa.Column(
            "actor_kind",
            sa.Enum(
                "staff",
                "patient",
                "system",
                "anonymous",
                name="actor_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["about_staff_id"], ["staff.id"], name=op.f("fk_referral_event_about_staff_id")
        ),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_referral_event_referral_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_event")),
    )
    op.create_index("ix_referral_event_referral_id_at", "referral_event", ["referral_id", "at"], unique=False)
    op.create_table(
        "referring_office",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("clinician", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("fax", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name=op.f("fk_referring_office_changed_by")),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_referring_office_referral_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referring_office")),
        sa.UniqueConstraint("referral_id", name=op.f("uq_referring_office_referral_id")),
    )
    op.create_table(
        "rule_replay_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("replay_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=9), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("readable", sa.Boolean(), nullable=False),
        sa.Column("was", sa.JSON(), nullable=False),
        sa.Column("was_priority", sa.SmallInteger(), nullable=False),
        sa.Column("would_be", sa.JSON(), nullable=False),
        sa.Column("would_be_priority", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint(
            "(would_be_priority IS NULL) = (NOT readable)", name=op.f("ck_rule_replay_line_readable")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_rule_replay_line_patient_id")),
        sa.ForeignKeyConstraint(
            ["replay_id"], ["rule_replay.id"], name=op.f("fk_rule_replay_line_replay_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_replay_line")),
        sa.UniqueConstraint("replay_id", "reference", name=op.f("uq_rule_replay_line_replay_id_reference")),
    )
    op.create_index(op.f("ix_rule_replay_line_patient_id"), "rule_replay_line", ["patient_id"], unique=False)
    op.create_table(
        "visit_outcome",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("phase_found", sa.SmallInteger(), nullable=True),
        sa.Column(
            "diagnosis",
            sa.Enum(
                "confirmed",
                "not_confirmed",
                "other_diagnosis",
                name="diagnosis",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sentence", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("phase_found BETWEEN 1 AND 3", name=op.f("ck_visit_outcome_phase_known")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_visit_outcome_appointment_id")
        ),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_visit_outcome_referral_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_visit_outcome_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_outcome")),
    )
    op.create_index(
        op.f("ix_visit_outcome_appointment_id"), "visit_outcome", ["appointment_id"], unique=False
    )
    op.create_index("ix_visit_outcome_referral_id_at", "visit_outcome", ["referral_id", "at"], unique=False)
    op.create_table(
        "information_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "answered",
                "recalled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("saved", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_before", sa.Uuid(), nullable=True),
        sa.Column("run_after", sa.Uuid(), nullable=True),
        sa.Column("sentence", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (ended_at IS NULL)", name=op.f("ck_information_request_ended_at")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_information_request_asked_by")),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_information_request_referral_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_after"], ["triage_run.id"], name=op.f("fk_information_request_run_after")
        ),
        sa.ForeignKeyConstraint(
            ["run_before"], ["triage_run.id"], name=op.f("fk_information_request_run_before")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_request")),
    )
    op.create_index(
        "ix_information_request_referral_id_asked_at",
        "information_request",
        ["referral_id", "asked_at"],
        unique=False,
    )
    op.create_index(
        "uq_information_request_open",
        "information_request",
        ["referral_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    for table in APPEND_ONLY:
        guard(table)
    op.add_column("decision", sa.Column("priority", sa.SmallInteger(), nullable=True))
    op.add_column("staff", sa.Column("shortcuts", sa.Boolean(), server_default=sa.true(), nullable=False))
    with op.batch_alter_table("referral") as batch:
        batch.add_column(sa.Column("assignee_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("turn", sa.SmallInteger(), server_default="1", nullable=False))
        batch.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("decided_priority", sa.SmallInteger(), nullable=True))
        batch.add_column(sa.Column("visit_type", sa.String(length=40), nullable=True))
        batch.create_foreign_key(op.f("fk_referral_assignee_id"), "staff", ["assignee_id"], ["id"])
        batch.create_check_constraint(op.f("ck_referral_turn_known"), sa.text("turn IN (0, 1)"))
    # Nobody was asked before; whoever stands so was put there by hand.
    op.execute("UPDATE referral SET asked_at = submitted_at WHERE status = 'needs_information'")
    with op.batch_alter_table("referral") as batch:
        batch.create_check_constraint(
            op.f("ck_referral_asked_at"),
            sa.text("status <> 'needs_information' OR asked_at IS NOT NULL"),
        )
    order_worklist("priority", "turn", "submitted_at", "id")
    op.drop_index("ix_referral_decided_at", "referral")
    op.create_index(
        "ix_referral_decided_at",
        "referral",
        ["decided_at", "id"],
        postgresql_where=DECIDED,
        sqlite_where=DECIDED,
    )
    op.create_index(
        "ix_referral_asked_at", "referral", ["asked_at", "id"], postgresql_where=WAITING, sqlite_where=WAITING
    )
    op.create_index(
        "ix_referral_decided_assignee",
        "referral",
        ["assignee_id", "decided_at", "id"],
        postgresql_where=DECIDED,
        sqlite_where=DECIDED,
    )
    op.create_index(
        "ix_referral_open_decision",
        "referral",
        ["priority", "turn", "submitted_at", "id"],
        postgresql_where=sa.text("status = 'decided' AND choice = 'cannot_decide_yet'"),
        sqlite_where=sa.text("status = 'decided' AND choice = 'cannot_decide_yet'"),
    )
    op.create_index(
        "ix_referral_over",
        "referral",
        ["submitted_at", "id"],
        postgresql_where=sa.text("status IN ('closed', 'withdrawn')"),
        sqlite_where=sa.text("status IN ('closed', 'withdrawn')"),
    )
    op.create_index(
        "ix_referral_worklist_assignee",
        "referral",
        ["assignee_id", "priority", "turn", "submitted_at", "id"],
        postgresql_where=TO_REVIEW,
        sqlite_where=TO_REVIEW,
    )
    op.create_index(
        "ix_referral_worklist_see_by",
        "referral",
        ["see_by", "id"],
        postgresql_where=TO_REVIEW,
        sqlite_where=TO_REVIEW,
    )
    op.create_index(
        "ix_referral_worklist_submitted_at",
        "referral",
        ["submitted_at", "id"],
        postgresql_where=TO_REVIEW,
        sqlite_where=TO_REVIEW,
    )
    replace_kinds(KINDS)
    op.create_index(
        "ix_call_back_resolved_at",
        "call_back",
        ["resolved_at", "id"],
        postgresql_where=sa.text("state = 'resolved'"),
        sqlite_where=sa.text("state = 'resolved'"),
    )
    op.create_index("ix_decision_at", "decision", ["at"])


def downgrade() -> None:
    # The kinds that the older code does not know stay tasks of the desk.
    op.execute("UPDATE call_back SET kind = 'finish_intake' WHERE kind IN ('ask_by_phone', 'redirected')")
    op.drop_index("ix_decision_at", "decision")
    op.drop_index("ix_call_back_resolved_at", "call_back")
    replace_kinds(KINDS_BEFORE)
    op.drop_index("ix_referral_asked_at", "referral")
    op.drop_index("ix_referral_decided_assignee", "referral")
    op.drop_index("ix_referral_open_decision", "referral")
    op.drop_index("ix_referral_over", "referral")
    op.drop_index("ix_referral_worklist_assignee", "referral")
    op.drop_index("ix_referral_worklist_see_by", "referral")
    op.drop_index("ix_referral_worklist_submitted_at", "referral")
    op.drop_index("ix_referral_decided_at", "referral")
    op.create_index("ix_referral_decided_at", "referral", ["decided_at", "id"])
    order_worklist("priority", "submitted_at", "id")
    with op.batch_alter_table("referral") as batch:
        batch.drop_constraint(op.f("ck_referral_turn_known"), type_="check")
        batch.drop_constraint(op.f("ck_referral_asked_at"), type_="check")
        batch.drop_constraint(op.f("fk_referral_assignee_id"), type_="foreignkey")
        for column in ("visit_type", "decided_priority", "asked_at", "turn", "assignee_id"):
            batch.drop_column(column)
    with op.batch_alter_table("staff") as batch:
        batch.drop_column("shortcuts")
    op.drop_column("decision", "priority")
    for table in reversed(NEW_TABLES):
        op.drop_table(table)
