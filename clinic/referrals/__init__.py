"""The referral: a submitted intake, its triage runs, the clinician's decision, and the way to a visit."""
