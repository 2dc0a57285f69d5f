"""Booking in full: breaks, exceptions, travel, changes that can be undone, overrides, what became of messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEW_TABLES = (
    "reminder_policy",
    "setup_change",
    "travel_time",
    "visit_type_clinician",
    "dated_hours",
    "appointment_override",
    "session_break",
)
STEPS_BEFORE = (
    "step IN ('hold', 'request', 'book', 'extend', 'confirm', 'confirm_request', 'move', 'arrive', 'start', "
    "'complete', 'cancel', 'mark_no_show', 'release', 'expire')"
)
STEPS = STEPS_BEFORE.replace("'mark_no_show'", "'mark_no_show', 'confirm_attendance', 'undo'")
STATES_BEFORE = "state IN ('queued', 'sending', 'sent', 'failed', 'given_up', 'unwanted')"
STATES = STATES_BEFORE.replace("'unwanted'", "'unwanted', 'called'")
HAS_TIME = "to_state IN ('booked', 'requested')"
CHANNELS = "channel IN ('email')"
FAILURES_BEFORE = (
    "last_error IN ('refused', 'not_now', 'timeout', 'connection', 'tls', 'sign_in', 'writing', 'unknown_kind', "
    "'worker_died')"
)
FAILURES = FAILURES_BEFORE.replace("'unknown_kind'", "'no_address', 'unknown_kind'")
# What the waiting messages of a visit speak of was in their ids alone.
FILL_SUBJECTS = {
    "sqlite": "UPDATE outbox_message SET subject_id = replace(json_extract(ids, '$.appointment'), '-', '') "
    "WHERE json_extract(ids, '$.appointment') IS NOT NULL",
    "postgresql": "UPDATE outbox_message SET subject_id = CAST(ids ->> 'appointment' AS uuid) "
    "WHERE ids ->> 'appointment' IS NOT NULL",
}

# What is past of the referrals, narrowed to few.
PAST = {
    "decided_priority": ("status = 'decided'", ("priority", "decided_at", "id")),
    "decided_phases": ("status = 'decided'", ("phases", "decided_at", "id")),
    "over_assignee": ("status IN ('closed', 'withdrawn')", ("assignee_id", "submitted_at", "id")),
    "over_priority": ("status IN ('closed', 'withdrawn')", ("priority", "submitted_at", "id")),
    "over_phases": ("status IN ('closed', 'withdrawn')", ("phases", "submitted_at", "id")),
}


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


def unguard(table):
    """Take them off, for a migration's own change."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        return
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_no_{verb}")


def replace_check(table, name, condition):
    """Let a column take these values."""
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(name), type_="check")
        batch.create_check_constraint(op.f(name), sa.text(condition))


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # which compares no JSON
        op.alter_column("referral", "phases", type_=JSONB(), postgresql_using="phases::jsonb")
    for name, (condition, columns) in PAST.items():
        where = {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}
        op.create_index(f"ix_referral_{name}", "referral", columns, **where)
    op.create_table(
        "reminder_policy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("single", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("remind_hours", sa.JSON(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_until", sa.Time(), nullable=False),
        sa.CheckConstraint("quiet_from <> quiet_until", name=op.f("ck_reminder_policy_quiet_has_length")),
        sa.CheckConstraint("single = 1", name=op.f("ck_reminder_policy_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_policy")),
        sa.UniqueConstraint("single", name=op.f("uq_reminder_policy_single")),
    )
    op.create_table(
        "setup_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("edits", sa.JSON(), nullable=False),
        sa.Column("moves", sa.JSON(), nullable=False),
        sa.Column("calls", sa.JSON(), nullable=False),
        sa.Column("eased", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_setup_change_undone_by_somebody")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_setup_change_staff_id")),
        sa.ForeignKeyConstraint(["undone_by"], ["staff.id"], name=op.f("fk_setup_change_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup_change")),
    )
    op.create_index("ix_setup_change_at", "setup_change", ["at", "id"], unique=False)
    op.create_index(op.f("ix_setup_change_staff_id"), "setup_change", ["staff_id"], unique=False)
    op.create_index(op.f("ix_setup_change_undone_by"), "setup_change", ["undone_by"], unique=False)

    op.create_table(
        "travel_time",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_travel_time_two_places")),
        sa.CheckConstraint("minutes % 5 = 0", name=op.f("ck_travel_time_minutes_whole_cells")),
        sa.CheckConstraint("minutes BETWEEN 5 AND 480", name=op.f("ck_travel_time_minutes_sensible")),
        sa.ForeignKeyConstraint(["first_id"], ["location.id"], name=op.f("fk_travel_time_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["location.id"], name=op.f("fk_travel_time_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_time")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_travel_time_first_id_second_id")),
    )
    op.create_index(op.f("ix_travel_time_second_id"), "travel_time", ["second_id"], unique=False)

    op.create_table(
        "visit_type_clinician",
        sa.Column("visit_type_id", sa.Uuid(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinician_id"], ["staff.id"], name=op.f("fk_visit_type_clinician_clinician_id")
        ),
        sa.ForeignKeyConstraint(
            ["visit_type_id"],
            ["visit_type.id"],
            name=op.f("fk_visit_type_clinician_visit_type_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("visit_type_id", "clinician_id", name=op.f("pk_visit_type_clinician")),
    )
    op.create_index(
        op.f("ix_visit_type_clinician_clinician_id"), "visit_type_clinician", ["clinician_id"], unique=False
    )

    op.create_table(
        "dated_hours",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("away", "extra", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "kind = 'away' OR location_id IS NOT NULL", name=op.f("ck_dated_hours_extra_hours_are_somewhere")
        ),
        sa.CheckConstraint("opens < closes", name=op.f("ck_dated_hours_opens_before_closes")),
        sa.ForeignKeyConstraint(["clinician_id"], ["staff.id"], name=op.f("fk_dated_hours_clinician_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_dated_hours_location_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_dated_hours_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dated_hours")),
    )
    op.create_index(op.f("ix_dated_hours_clinician_id"), "dated_hours", ["clinician_id"], unique=False)
    op.create_index("ix_dated_hours_day_clinician_id", "dated_hours", ["day", "clinician_id"], unique=False)
    op.create_index(op.f("ix_dated_hours_location_id"), "dated_hours", ["location_id"], unique=False)
    op.create_index(op.f("ix_dated_hours_room_id"), "dated_hours", ["room_id"], unique=False)

    op.create_table(
        "appointment_override",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("refusals", sa.JSON(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_appointment_override_appointment_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_appointment_override_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_override")),
        sa.UniqueConstraint(
            "appointment_id", "version", name=op.f("uq_appointment_override_appointment_id_version")
        ),
    )
    op.create_index(
        op.f("ix_appointment_override_staff_id"), "appointment_override", ["staff_id"], unique=False
    )

    op.create_table(
        "session_break",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.CheckConstraint("opens < closes", name=op.f("ck_session_break_opens_before_closes")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["clinician_session.id"],
            name=op.f("fk_session_break_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_break")),
    )
    op.create_index(op.f("ix_session_break_session_id"), "session_break", ["session_id"], unique=False)
    guard("appointment_override")
    op.add_column(
        "appointment", sa.Column("overridden", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "appointment", sa.Column("attendance_confirmed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("closure", sa.Column("holiday", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("location", sa.Column("parking", sa.Text(), server_default="", nullable=False))
    op.add_column("visit_type", sa.Column("window_days", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("visit_type", sa.Column("offered", sa.Boolean(), server_default=sa.true(), nullable=False))
    with op.batch_alter_table("outbox_message") as batch:
        batch.add_column(sa.Column("channel", sa.String(length=40), server_default="email", nullable=False))
        batch.add_column(sa.Column("called_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("called_by", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("subject_id", sa.Uuid(), nullable=True))
        batch.drop_constraint(op.f("ck_outbox_message_last_error"), type_="check")
        batch.create_check_constraint(op.f("ck_outbox_message_last_error"), sa.text(FAILURES))
        batch.drop_constraint(op.f("ck_outbox_message_state"), type_="check")
        batch.create_check_constraint(op.f("ck_outbox_message_state"), sa.text(STATES))
        batch.create_check_constraint(op.f("ck_outbox_message_channel"), sa.text(CHANNELS))
        batch.create_check_constraint(
            op.f("ck_outbox_message_called_at"), sa.text("(state = 'called') = (called_at IS NOT NULL)")
        )
    op.create_index(op.f("ix_outbox_message_subject_id"), "outbox_message", ["subject_id"], unique=False)
    op.create_index(
        "ix_outbox_message_state_created_at_id",
        "outbox_message",
        ["state", "created_at", "id"],
        unique=False,
    )
    op.execute(FILL_SUBJECTS[op.get_bind().dialect.name])
    unguard("appointment_event")
    replace_check("appointment_event", "ck_appointment_event_step", STEPS)
    guard("appointment_event")
    op.create_index(
        op.f("ix_appointment_event_start_at"),
        "appointment_event",
        ["start_at"],
        postgresql_where=sa.text(HAS_TIME),
        sqlite_where=sa.text(HAS_TIME),
    )


def downgrade() -> None:
    for name in PAST:
        op.drop_index(f"ix_referral_{name}", "referral")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("referral", "phases", type_=sa.JSON(), postgresql_using="phases::json")
    op.drop_index(op.f("ix_appointment_event_start_at"), "appointment_event")
    # The older code knows no such steps; a move is what it permits from booked to booked.
    unguard("appointment_event")
    op.execute("UPDATE appointment_event SET step = 'move' WHERE step IN ('confirm_attendance', 'undo')")
    replace_check("appointment_event", "ck_appointment_event_step", STEPS_BEFORE)
    guard("appointment_event")
    op.drop_index("ix_outbox_message_state_created_at_id", "outbox_message")
    op.drop_index(op.f("ix_outbox_message_subject_id"), "outbox_message")
    with op.batch_alter_table("outbox_message") as batch:
        batch.drop_constraint(op.f("ck_outbox_message_called_at"), type_="check")
        batch.drop_constraint(op.f("ck_outbox_message_last_error"), type_="check")
        batch.drop_constraint(op.f("ck_outbox_message_channel"), type_="check")
        batch.drop_constraint(op.f("ck_outbox_message_state"), type_="check")
    op.execute("UPDATE outbox_message SET state = 'unwanted' WHERE state = 'called'")
    op.execute("UPDATE outbox_message SET last_error = 'refused' WHERE last_error = 'no_address'")
    with op.batch_alter_table("outbox_message") as batch:
        batch.create_check_constraint(op.f("ck_outbox_message_last_error"), sa.text(FAILURES_BEFORE))
        batch.create_check_constraint(op.f("ck_outbox_message_state"), sa.text(STATES_BEFORE))
        for column in ("subject_id", "called_by", "called_at", "channel"):
            batch.drop_column(column)
    for table, column in (
        ("visit_type", "offered"),
        ("visit_type", "window_days"),
        ("location", "parking"),
        ("closure", "holiday"),
        ("appointment", "attendance_confirmed_at"),
        ("appointment", "overridden"),
    ):
        op.drop_column(table, column)
    for table in reversed(NEW_TABLES):
        op.drop_table(table)
