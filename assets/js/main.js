// Comfort on every page; nothing here is the only way to do anything.
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { keepNoneExclusive } from "./exclusive.js";

document.body.classList.add("govuk-frontend-supported");
for (const summary of document.querySelectorAll('[data-module="govuk-error-summary"]')) {
  new ErrorSummary(summary);
}
for (const group of document.querySelectorAll('[data-module="govuk-checkboxes"]')) {
  keepNoneExclusive(group);
}
