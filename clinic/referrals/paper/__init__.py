"""The referral for the chart as a PDF. Its library is heavy: import these modules only where one is made."""
