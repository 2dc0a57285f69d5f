"""Whatever opens a sealed value of a patient leaves an audit event that names the patient."""

from tests.matrix.walking import Walked

# Opened without an event of its own, and why that is right.
OWN_ANSWERS = "who fills in the draft reads what they have just typed; resuming it is recorded"
EXCUSED: dict[str, str] = {
    "/intake": OWN_ANSWERS,
    "/intake/check": OWN_ANSWERS,
    "/intake/go-on": OWN_ANSWERS,
    "/intake/page/<slug>": OWN_ANSWERS,
    "/intake/page/<slug>/<uuid:entry_id>": OWN_ANSWERS,
    "/intake/submit": "refused because a page is missing; what is sent in is recorded with the referral",
}


def test_every_look_at_a_patient_is_recorded(walked: Walked) -> None:
    silent = {(one.method, one.rule, one.member) for one in walked.seen if one.unrecorded}
    unexcused = sorted(" ".join(one) for one in silent if one[1] not in EXCUSED)
    assert unexcused == [], "\n".join(unexcused)
