"""What a patient reads about the three phases, in general and after a clinician has decided."""

from collections.abc import Mapping
from dataclasses import dataclass

from clinic.referrals.rules import Choice
from clinic.scheduling.queries import AppointmentCard


@dataclass(frozen=True, slots=True)
class PhaseWords:
    """One phase in plain words; the same for everybody."""

    name: str
    when: str
    short: str
    about: str
    means: str
    visit: str


PHASES: Mapping[int, PhaseWords] = {
    1: PhaseWords(
        "Phase One",
        "often the first 3 to 6 months",
        "Calm it early",
        "Gentle movement, hand or physical therapy, and medicine that lets you move. "
        "Slow and steady is the rule.",
        "Now is a good time to start the first treatments, or to make them fit you better. The aim is to "
        "calm the pain and keep you moving.",
        "We talk about your story, look at the sore area and make a plan with you. We look at your therapy "
        "and your medicines. Nothing is decided without you.",
    ),
    2: PhaseWords(
        "Phase Two",
        "often 3 to 12 months",
        "Add more help",
        "Training that helps the brain and limb work together, other medicines, and support for mood and "
        "sleep.",
        "The first treatments have not helped enough yet. So it may be time to add more kinds of help, and "
        "to keep what does you good.",
        "We go through what you tried and what it did. We talk about other medicines, new kinds of therapy "
        "and help with mood and sleep. Then we choose the next steps with you.",
    ),
    3: PhaseWords(
        "Phase Three",
        "often after 12 months",
        "More ways forward",
        "Newer treatments, such as infusions or nerve stimulation, next to the care that already helps you.",
        "You have tried a lot, and you still have symptoms. So it may be time to talk about newer "
        "treatments, next to the care that helps you.",
        "We talk about what newer treatments can and cannot do, the risks, the time and the cost. We check "
        "what is safe for you. You can take your time to decide.",
    ),
}

STEPS_THIS_WEEK = (
    "Ask for a full check-up of your plan if nobody has looked at it for a while.",
    "Read about what often comes next in care. It helps you ask good questions.",
    "Think about talking with a specialist, even if you are not ready for treatment now.",
)
TO_BRING = (
    "A list of your medicines, with how much you take",
    "A photo ID, and your insurance card if you have one",
    "Letters or test results that you have at home",
    "Someone you trust, if you like",
)


def to_bring(visit: AppointmentCard | None) -> tuple[str, ...]:
    """What to bring: the words of the visit's own place, which its mails say too, or else ours."""
    return (visit.location.things_to_bring if visit else ()) or TO_BRING


@dataclass(frozen=True, slots=True)
class DecisionWords:
    """What a patient reads after the decision when no phase was chosen."""

    title: str
    text: str


WITHOUT_PHASE: Mapping[Choice, DecisionWords] = {
    Choice.NOT_FOR_THIS_CLINIC: DecisionWords(
        "Another kind of care may fit you better",
        "A clinician has read your answers. They think that another clinic can help you more. We will call "
        "you to talk about it. A visit that you have stays as it is until we have talked.",
    ),
    Choice.CANNOT_DECIDE_YET: DecisionWords(
        "We would like to know more first",
        "A clinician has read your answers and wants to talk with you before they suggest a next step. You "
        "can choose a time for a first talk.",
    ),
}
