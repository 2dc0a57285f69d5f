"""Words to the patient to start from: plain, without a verdict; the clinician changes them before sending."""

from collections.abc import Mapping

WORD_TEMPLATES: Mapping[str, tuple[str, str]] = {
    "next_steps": (
        "What comes next",
        (
            "Thank you for telling us your story. At your visit we will go through it with you and agree on "
            "the next steps. Keep on with the care that helps you until then."
        ),
    ),
    "gentle_therapy": (
        "Therapy set off flares",
        (
            "You told us that therapy set off flares. We will look for a gentler way to go on. Until then, "
            "do only what does not make the next day worse."
        ),
    ),
    "bring_list": (
        "Please bring your list of treatments",
        (
            "Please bring a list of what you have tried and for how long, if you can. It helps us to not "
            "try the same thing twice."
        ),
    ),
    "talk_first": (
        "We would like to talk first",
        ("I would like to talk with you before we choose a next step. Your visit is a good time for that."),
    ),
    "elsewhere": (
        "Another clinic fits better",
        (
            "I have read your answers. I think that another kind of care can help you more than we can. "
            "Please talk with your own doctor about a visit with [name the kind of clinic]. We will call "
            "you, too, and you can ask us anything."
        ),
    ),
    "worse": (
        "If it gets worse",
        (
            "If things get worse before your visit, please call us. Do not wait for your visit. Call 911 if "
            "you think it is an emergency."
        ),
    ),
}


def with_template(words: str, key: str) -> str:
    """What stands there already, and the template below it; an unknown key adds nothing."""
    if key not in WORD_TEMPLATES:
        return words
    text = WORD_TEMPLATES[key][1]
    return f"{words.rstrip()}\n\n{text}" if words.strip() else text
