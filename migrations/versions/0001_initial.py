"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Rows of these tables are never changed or deleted; the database refuses it.
APPEND_ONLY = (
    "audit_event",
    "published_questionnaire",
    "call_back_event",
    "answer_revision",
    "appointment_event",
    "triage_run",
    "decision",
)
REFUSE = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""


def guard(table):
    """Put the append-only triggers on a table."""
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


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
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
        sa.Column("actor_role", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.String(length=32), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_event_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_event_patient_id_at", ["patient_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_event_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeat")),
        sa.UniqueConstraint("name", name=op.f("uq_heartbeat_name")),
    )
    op.create_table(
        "location",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("street", sa.String(length=120), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("zip_code", sa.String(length=10), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("directions", sa.Text(), nullable=False),
        sa.Column("bring", sa.Text(), nullable=False),
        sa.Column("lateness", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("slug", name=op.f("uq_location_slug")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.String(length=320), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "failed",
                "given_up",
                "unwanted",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "last_error",
            sa.Enum(
                "refused",
                "not_now",
                "timeout",
                "connection",
                "tls",
                "sign_in",
                "writing",
                "unknown_kind",
                "worker_died",
                name="last_error",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'sending') = (lease_until IS NOT NULL)", name=op.f("ck_outbox_message_lease")
        ),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_outbox_message_sent_at")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_message_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_message_id")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_message_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index("ix_outbox_message_state_next_try_at", ["state", "next_try_at"], unique=False)

    op.create_table(
        "patient",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_birth_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("email_index", sa.LargeBinary(length=16), nullable=True),
        sa.Column("no_email", sa.Boolean(), nullable=False),
        sa.Column("voicemail_ok", sa.Boolean(), nullable=False),
        sa.Column("text_ok", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.LargeBinary(), nullable=False),
        sa.Column("last_name", sa.LargeBinary(), nullable=False),
        sa.Column("preferred_name", sa.LargeBinary(), nullable=True),
        sa.Column("birth_date", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("city", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(email IS NULL) = (email_index IS NULL)", name=op.f("ck_patient_email_index")),
        sa.CheckConstraint(
            "NOT no_email OR (email IS NULL AND email_index IS NULL)", name=op.f("ck_patient_no_email")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
    )
    with op.batch_alter_table("patient", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patient_email_index"), ["email_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_patient_name_birth_index"), ["name_birth_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_patient_phone_index"), ["phone_index"], unique=False)

    op.create_table(
        "published_questionnaire",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_questionnaire")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_published_questionnaire_content_hash")),
        sa.UniqueConstraint("version", name=op.f("uq_published_questionnaire_version")),
    )
    op.create_table(
        "rate_limit",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limit")),
    )
    with op.batch_alter_table("rate_limit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rate_limit_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "resource",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('clinician', 'patient', 'room')", name=op.f("ck_resource_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("owner_id", "kind", name=op.f("uq_resource_owner_id_kind")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_staff_fs_uniquifier")),
    )
    op.create_table(
        "visit_type",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("before_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("after_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("step_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("notice_minutes", sa.Integer(), nullable=False),
        sa.Column("phases", sa.JSON(), nullable=False),
        sa.Column("before_decision", sa.Boolean(), nullable=False),
        sa.Column("self_bookable", sa.Boolean(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("after_minutes % 5 = 0", name=op.f("ck_visit_type_after_minutes_whole_cells")),
        sa.CheckConstraint("after_minutes BETWEEN 0 AND 120", name=op.f("ck_visit_type_after_sensible")),
        sa.CheckConstraint("before_minutes % 5 = 0", name=op.f("ck_visit_type_before_minutes_whole_cells")),
        sa.CheckConstraint("before_minutes BETWEEN 0 AND 120", name=op.f("ck_visit_type_before_sensible")),
        sa.CheckConstraint("minutes % 5 = 0", name=op.f("ck_visit_type_minutes_whole_cells")),
        sa.CheckConstraint("minutes BETWEEN 5 AND 480", name=op.f("ck_visit_type_minutes_sensible")),
        sa.CheckConstraint("notice_minutes >= 0", name=op.f("ck_visit_type_notice_sensible")),
        sa.CheckConstraint("step_minutes % 5 = 0", name=op.f("ck_visit_type_step_minutes_whole_cells")),
        sa.CheckConstraint("step_minutes > 0", name=op.f("ck_visit_type_step_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_type")),
        sa.UniqueConstraint("slug", name=op.f("uq_visit_type_slug")),
    )
    op.create_table(
        "web_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("key", name=op.f("uq_web_session_key")),
    )
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_session_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_web_session_started_at"), ["started_at"], unique=False)

    op.create_table(
        "call_back",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "safety",
                "check_in",
                "choose_time",
                "no_time_in_window",
                "message_failed",
                "visit_no_longer_fits",
                "possible_duplicate",
                "finish_intake",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "acknowledged",
                "attempted",
                "contacted",
                "resolved",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledge_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times_raised", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "safe_to_wait",
                "seen_urgently",
                "baseline",
                "entered_in_error",
                "handed_over",
                "booked",
                "no_visit_wanted",
                "not_reached",
                "done",
                "no_longer_needed",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'resolved') = (outcome IS NOT NULL)", name=op.f("ck_call_back_outcome_given")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_call_back_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back")),
        sa.UniqueConstraint("reference", name=op.f("uq_call_back_reference")),
    )
    with op.batch_alter_table("call_back", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_back_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index("ix_call_back_state_due_at", ["state", "due_at"], unique=False)
        batch_op.create_index(
            "uq_call_back_unresolved",
            ["patient_id", "kind", "subject_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'resolved'"),
            postgresql_where=sa.text("state <> 'resolved'"),
        )

    op.create_table(
        "closure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("clinician_id", sa.Uuid(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_closure_days_in_order")),
        sa.ForeignKeyConstraint(["clinician_id"], ["staff.id"], name=op.f("fk_closure_clinician_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_closure_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closure_clinician_id"), ["clinician_id"], unique=False)
        batch_op.create_index("ix_closure_last_day_first_day", ["last_day", "first_day"], unique=False)
        batch_op.create_index(batch_op.f("ix_closure_location_id"), ["location_id"], unique=False)

    op.create_table(
        "intake",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "expired",
                name="intake_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("typed_by_staff_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("birth_date_failures", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'submitted') = (submitted_at IS NOT NULL)", name=op.f("ck_intake_submitted_at")
        ),
        sa.CheckConstraint(
            "status <> 'submitted' OR patient_id IS NOT NULL", name=op.f("ck_intake_submitted_by_a_patient")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_intake_patient_id")),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["published_questionnaire.id"], name=op.f("fk_intake_questionnaire_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
    )
    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intake_last_saved_at"), ["last_saved_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_intake_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_intake_questionnaire_id"), ["questionnaire_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_intake_status"), ["status"], unique=False)

    op.create_table(
        "private_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("visit", name="purpose", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("token_mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_private_link_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_link")),
        sa.UniqueConstraint("token_mac", name=op.f("uq_private_link_token_mac")),
    )
    with op.batch_alter_table("private_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_private_link_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_private_link_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "room",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_room_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("location_id", "name", name=op.f("uq_room_location_id_name")),
    )
    op.create_table(
        "safety_flag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column(
            "tier",
            sa.Enum(
                "T0", "T0-S", "T1", "T2", name="tier", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("open", "closed", name="state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "patient",
                "staff",
                "letter",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "safe_to_wait",
                "seen_urgently",
                "baseline",
                "entered_in_error",
                "handed_over",
                "booked",
                "no_visit_wanted",
                "not_reached",
                "done",
                "no_longer_needed",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("closing_note", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_safety_flag_closed_at")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_safety_flag_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_flag")),
    )
    with op.batch_alter_table("safety_flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_safety_flag_intake_id"), ["intake_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_safety_flag_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "uq_safety_flag_open",
            ["patient_id", "code"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "staff_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column(
            "name",
            sa.Enum(
                "clinician",
                "front_desk",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_grant_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_grant")),
        sa.UniqueConstraint("staff_id", "name", name=op.f("uq_staff_grant_staff_id_name")),
    )
    with op.batch_alter_table("staff_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_grant_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "appointment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=9), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("visit_type_id", sa.Uuid(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("after_minutes", sa.SmallInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "held",
                "requested",
                "booked",
                "arrived",
                "in_consultation",
                "completed",
                "no_show",
                "cancelled",
                "expired",
                "released",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=True),
        sa.Column(
            "booked_by",
            sa.Enum(
                "patient",
                "desk",
                "clinician",
                "import",
                name="booked_by",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'held') = (expires_at IS NOT NULL)", name=op.f("ck_appointment_only_holds_expire")
        ),
        sa.CheckConstraint("state <> 'open'", name=op.f("ck_appointment_open_is_no_row")),
        sa.CheckConstraint("start_at < end_at", name=op.f("ck_appointment_start_before_end")),
        sa.CheckConstraint("version >= 1 AND sequence >= 0", name=op.f("ck_appointment_counters_count")),
        sa.ForeignKeyConstraint(["clinician_id"], ["staff.id"], name=op.f("fk_appointment_clinician_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_appointment_location_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_appointment_patient_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_appointment_room_id")),
        sa.ForeignKeyConstraint(
            ["visit_type_id"], ["visit_type.id"], name=op.f("fk_appointment_visit_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_appointment_idempotency_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_appointment_reference")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_appointment_clinician_live",
            ["clinician_id", "start_at"],
            unique=False,
            postgresql_include=["end_at"],
            postgresql_where=sa.text(
                "state IN ('held', 'requested', 'booked', 'arrived', 'in_consultation')"
            ),
            sqlite_where=sa.text("state IN ('held', 'requested', 'booked', 'arrived', 'in_consultation')"),
        )
        batch_op.create_index(
            "ix_appointment_expires_at",
            ["expires_at"],
            unique=False,
            postgresql_where=sa.text("expires_at IS NOT NULL"),
            sqlite_where=sa.text("expires_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_appointment_location_id_start_at", ["location_id", "start_at"], unique=False
        )
        batch_op.create_index("ix_appointment_patient_id_start_at", ["patient_id", "start_at"], unique=False)
        batch_op.create_index(
            "ix_appointment_room_live",
            ["room_id", "start_at"],
            unique=False,
            postgresql_where=sa.text(
                "state IN ('held', 'requested', 'booked', 'arrived', 'in_consultation') AND room_id IS NOT NULL"
            ),
            sqlite_where=sa.text("state IN ('held', 'requested', 'booked', 'arrived', 'in_consultation') AND room_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_appointment_visit_type_id"), ["visit_type_id"], unique=False)

    op.create_table(
        "call_back_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_back_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "acknowledge",
                "attempt",
                "contact",
                "resolve",
                "raise_again",
                "lapse",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "acknowledged",
                "attempted",
                "contacted",
                "resolved",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
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
        sa.Column(
            "outcome",
            sa.Enum(
                "safe_to_wait",
                "seen_urgently",
                "baseline",
                "entered_in_error",
                "handed_over",
                "booked",
                "no_visit_wanted",
                "not_reached",
                "done",
                "no_longer_needed",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_back_id"], ["call_back.id"], name=op.f("fk_call_back_event_call_back_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back_event")),
        sa.UniqueConstraint("call_back_id", "number", name=op.f("uq_call_back_event_call_back_id_number")),
    )
    op.create_table(
        "clinician_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "last_day IS NULL OR first_day <= last_day", name=op.f("ck_clinician_session_days_in_order")
        ),
        sa.CheckConstraint("opens < closes", name=op.f("ck_clinician_session_opens_before_closes")),
        sa.CheckConstraint("weekday >= 0 AND weekday <= 6", name=op.f("ck_clinician_session_weekday_known")),
        sa.ForeignKeyConstraint(
            ["clinician_id"], ["staff.id"], name=op.f("fk_clinician_session_clinician_id")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_clinician_session_location_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_clinician_session_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinician_session")),
    )
    with op.batch_alter_table("clinician_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clinician_session_clinician_id"), ["clinician_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clinician_session_location_id"), ["location_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clinician_session_room_id"), ["room_id"], unique=False)

    op.create_table(
        "list_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_list_entry_intake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_entry")),
        sa.UniqueConstraint("intake_id", "code_index", name=op.f("uq_list_entry_intake_id_code_index")),
        sa.UniqueConstraint("intake_id", "position", name=op.f("uq_list_entry_intake_id_position")),
    )
    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=9), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=True),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column(
            "source",
            sa.Enum("web", "phone", name="source", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "caller_reason",
            sa.Enum(
                "first_visit",
                "second_opinion",
                "doctor_sent",
                "other",
                name="caller_reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "submitted",
                "needs_information",
                "decided",
                "closed",
                "withdrawn",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("see_by", sa.Date(), nullable=False),
        sa.Column("preferred_location", sa.String(length=40), nullable=True),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("phases", sa.JSON(), nullable=False),
        sa.Column("confidence", sa.String(length=10), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("no_phase_reason", sa.String(length=40), nullable=True),
        sa.Column("months", sa.SmallInteger(), nullable=True),
        sa.Column(
            "choice",
            sa.Enum(
                "phase_one",
                "phase_two",
                "phase_three",
                "not_for_this_clinic",
                "cannot_decide_yet",
                name="choice",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decided_phase", sa.SmallInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "source <> 'phone' OR caller_reason IS NOT NULL", name=op.f("ck_referral_phone_has_reason")
        ),
        sa.CheckConstraint(
            "source <> 'web' OR intake_id IS NOT NULL", name=op.f("ck_referral_web_has_intake")
        ),
        sa.CheckConstraint(
            "status <> 'decided' OR choice IS NOT NULL", name=op.f("ck_referral_decided_has_choice")
        ),
        sa.CheckConstraint("priority >= 1 AND priority <= 5", name=op.f("ck_referral_priority_known")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_referral_version_counts")),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_referral_intake_id")),
        sa.ForeignKeyConstraint(["link_id"], ["private_link.id"], name=op.f("fk_referral_link_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_referral_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("intake_id", name=op.f("uq_referral_intake_id")),
        sa.UniqueConstraint("link_id", name=op.f("uq_referral_link_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_referral_reference")),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index("ix_referral_decided_at", ["decided_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referral_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "ix_referral_see_by_open",
            ["see_by", "id"],
            unique=False,
            postgresql_where=sa.text("status IN ('submitted', 'needs_information', 'decided')"),
            sqlite_where=sa.text("status IN ('submitted', 'needs_information', 'decided')"),
        )
        batch_op.create_index(
            "ix_referral_worklist",
            ["priority", "submitted_at", "id"],
            unique=False,
            postgresql_where=sa.text("status = 'submitted'"),
            sqlite_where=sa.text("status = 'submitted'"),
        )

    op.create_table(
        "answer_revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("page_key", sa.String(length=60), nullable=False),
        sa.Column("question_key", sa.String(length=60), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column(
            "author_kind",
            sa.Enum(
                "staff",
                "patient",
                "system",
                "anonymous",
                name="author_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["list_entry.id"], name=op.f("fk_answer_revision_entry_id")),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_answer_revision_intake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_revision")),
        sa.UniqueConstraint("intake_id", "sequence", name=op.f("uq_answer_revision_intake_id_sequence")),
    )
    with op.batch_alter_table("answer_revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_revision_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "appointment_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "hold",
                "request",
                "book",
                "extend",
                "confirm",
                "confirm_request",
                "move",
                "arrive",
                "start",
                "complete",
                "cancel",
                "mark_no_show",
                "release",
                "expire",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_state",
            sa.Enum(
                "open",
                "held",
                "requested",
                "booked",
                "arrived",
                "in_consultation",
                "completed",
                "no_show",
                "cancelled",
                "expired",
                "released",
                name="from_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "open",
                "held",
                "requested",
                "booked",
                "arrived",
                "in_consultation",
                "completed",
                "no_show",
                "cancelled",
                "expired",
                "released",
                name="to_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
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
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_appointment_event_appointment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_event")),
        sa.UniqueConstraint(
            "appointment_id", "version", name=op.f("uq_appointment_event_appointment_id_version")
        ),
    )
    op.create_table(
        "occupied_cell",
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("cell", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seat", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_occupied_cell_appointment_id")
        ),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_occupied_cell_resource_id")),
        sa.PrimaryKeyConstraint("resource_id", "cell", "seat", name=op.f("pk_occupied_cell")),
    )
    with op.batch_alter_table("occupied_cell", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occupied_cell_appointment_id"), ["appointment_id"], unique=False)

    op.create_table(
        "session_visit_type",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("visit_type_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["clinician_session.id"],
            name=op.f("fk_session_visit_type_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["visit_type_id"], ["visit_type.id"], name=op.f("fk_session_visit_type_visit_type_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "visit_type_id", name=op.f("pk_session_visit_type")),
    )
    with op.batch_alter_table("session_visit_type", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_session_visit_type_visit_type_id"), ["visit_type_id"], unique=False
        )

    op.create_table(
        "triage_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("rule_version", sa.String(length=20), nullable=False),
        sa.Column("config_hash", sa.String(length=80), nullable=False),
        sa.Column("facts_hash", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.LargeBinary(), nullable=False),
        sa.Column("sources", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_triage_run_referral_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_run")),
    )
    with op.batch_alter_table("triage_run", schema=None) as batch_op:
        batch_op.create_index(
            "ix_triage_run_referral_id_created_at", ["referral_id", "created_at"], unique=False
        )

    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("referral_version", sa.Integer(), nullable=False),
        sa.Column(
            "choice",
            sa.Enum(
                "phase_one",
                "phase_two",
                "phase_three",
                "not_for_this_clinic",
                "cannot_decide_yet",
                name="choice",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "agrees",
                "resolved",
                "override",
                "assigned",
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
                "records",
                "start_differs",
                "trial_too_short",
                "trial_was_enough",
                "response_differs",
                "other_diagnosis",
                "other_condition",
                "patient_wish",
                "more_needed",
                "spoke_with_patient",
                "other",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("visit_type", sa.String(length=40), nullable=True),
        sa.Column("see_by", sa.Date(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sentence", sa.LargeBinary(), nullable=True),
        sa.Column("words_to_patient", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('agrees', 'resolved') OR (reason IS NOT NULL AND sentence IS NOT NULL)",
            name=op.f("ck_decision_explained"),
        ),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_decision_referral_id")),
        sa.ForeignKeyConstraint(["run_id"], ["triage_run.id"], name=op.f("fk_decision_run_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_decision_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("ix_decision_referral_id_at", ["referral_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_staff_id"), ["staff_id"], unique=False)

    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(REFUSE.replace("%", "%%"))
    for table in APPEND_ONLY:
        guard(table)


def downgrade() -> None:
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_staff_id"))
        batch_op.drop_index(batch_op.f("ix_decision_run_id"))
        batch_op.drop_index("ix_decision_referral_id_at")

    op.drop_table("decision")
    with op.batch_alter_table("triage_run", schema=None) as batch_op:
        batch_op.drop_index("ix_triage_run_referral_id_created_at")

    op.drop_table("triage_run")
    with op.batch_alter_table("session_visit_type", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_visit_type_visit_type_id"))

    op.drop_table("session_visit_type")
    with op.batch_alter_table("occupied_cell", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_occupied_cell_appointment_id"))

    op.drop_table("occupied_cell")
    op.drop_table("appointment_event")
    with op.batch_alter_table("answer_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_revision_entry_id"))

    op.drop_table("answer_revision")
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_referral_worklist",
            postgresql_where=sa.text("status = 'submitted'"),
            sqlite_where=sa.text("status = 'submitted'"),
        )
        batch_op.drop_index(
            "ix_referral_see_by_open",
            postgresql_where=sa.text("status IN ('submitted', 'needs_information', 'decided')"),
            sqlite_where=sa.text("status IN ('submitted', 'needs_information', 'decided')"),
        )
        batch_op.drop_index(batch_op.f("ix_referral_patient_id"))
        batch_op.drop_index("ix_referral_decided_at")

    op.drop_table("referral")
    op.drop_table("list_entry")
    with op.batch_alter_table("clinician_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clinician_session_room_id"))
        batch_op.drop_index(batch_op.f("ix_clinician_session_location_id"))
        batch_op.drop_index(batch_op.f("ix_clinician_session_clinician_id"))

    op.drop_table("clinician_session")
    op.drop_table("call_back_event")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_visit_type_id"))
        batch_op.drop_index(
            "ix_appointment_room_live",
            postgresql_where=sa.text(
                "state IN ('held', 'requested', 'booked', 'arrived', 'in_consultation') AND room_id IS NOT NULL"
            ),
            sqlite_where=sa.text("state IN ('held', 'requested', 'booked', 'arrived', 'in_consultation') AND room_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_appointment_patient_id_start_at")
        batch_op.drop_index("ix_appointment_location_id_start_at")
        batch_op.drop_index(
            "ix_appointment_expires_at",
            postgresql_where=sa.text("expires_at IS NOT NULL"),
            sqlite_where=sa.text("expires_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_appointment_clinician_live",
            postgresql_include=["end_at"],
            postgresql_where=sa.text(
                "state IN ('held', 'requested', 'booked', 'arrived', 'in_consultation')"
            ),
            sqlite_where=sa.text("state IN ('held', 'requested', 'booked', 'arrived', 'in_consultation')"),
        )

    op.drop_table("appointment")
    with op.batch_alter_table("staff_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_grant_staff_id"))

    op.drop_table("staff_grant")
    with op.batch_alter_table("safety_flag", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_safety_flag_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index(batch_op.f("ix_safety_flag_patient_id"))
        batch_op.drop_index(batch_op.f("ix_safety_flag_intake_id"))

    op.drop_table("safety_flag")
    op.drop_table("room")
    with op.batch_alter_table("private_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_private_link_subject_id"))
        batch_op.drop_index(batch_op.f("ix_private_link_patient_id"))

    op.drop_table("private_link")
    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intake_status"))
        batch_op.drop_index(batch_op.f("ix_intake_questionnaire_id"))
        batch_op.drop_index(batch_op.f("ix_intake_patient_id"))
        batch_op.drop_index(batch_op.f("ix_intake_last_saved_at"))

    op.drop_table("intake")
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closure_location_id"))
        batch_op.drop_index("ix_closure_last_day_first_day")
        batch_op.drop_index(batch_op.f("ix_closure_clinician_id"))

    op.drop_table("closure")
    with op.batch_alter_table("call_back", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_call_back_unresolved",
            sqlite_where=sa.text("state <> 'resolved'"),
            postgresql_where=sa.text("state <> 'resolved'"),
        )
        batch_op.drop_index("ix_call_back_state_due_at")
        batch_op.drop_index(batch_op.f("ix_call_back_patient_id"))

    op.drop_table("call_back")
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_session_started_at"))
        batch_op.drop_index(batch_op.f("ix_web_session_owner_id"))

    op.drop_table("web_session")
    op.drop_table("visit_type")
    op.drop_table("staff")
    op.drop_table("resource")
    with op.batch_alter_table("rate_limit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_limit_ends_at"))

    op.drop_table("rate_limit")
    op.drop_table("published_questionnaire")
    with op.batch_alter_table("patient", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patient_phone_index"))
        batch_op.drop_index(batch_op.f("ix_patient_name_birth_index"))
        batch_op.drop_index(batch_op.f("ix_patient_email_index"))

    op.drop_table("patient")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_state_next_try_at")
        batch_op.drop_index(batch_op.f("ix_outbox_message_patient_id"))

    op.drop_table("outbox_message")
    op.drop_table("location")
    op.drop_table("heartbeat")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_event_subject_id"))
        batch_op.drop_index("ix_audit_event_patient_id_at")
        batch_op.drop_index(batch_op.f("ix_audit_event_at"))
        batch_op.drop_index(batch_op.f("ix_audit_event_actor_id"))

    op.drop_table("audit_event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
