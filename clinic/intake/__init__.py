"""Intake: the questionnaire, its answers and what they mean; drafts and how a person comes back to them."""
