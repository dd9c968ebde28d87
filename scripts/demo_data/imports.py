"""Consents from elsewhere: a fair long ago, a sheet with mistakes; what is to renew."""

import csv
import io
from base64 import b64encode
from datetime import timedelta

GUESTS, STRANGERS, CUSTOMERS = 18, 6, 24
VALID_MONTHS = 18
MISTAKES = [
    ["marta.lopez@", "sí", "12/03/2026", "Tasting in March"],
    ["paolo.bianchi@example.com", "forse", "12/03/2026", "Tasting in March"],
    ["lucia.ortega@example.com", "sí", "12/03/2062", "Tasting in March"],
    ["=SUM(A1:A9)", "sí", "12/03/2026", "Tasting in March"],
]


def bring_consents(story):
    """One import that was recorded and ends soon, one that waits to be corrected."""
    purpose = story.env["lifecycle.purpose"].create(
        {
            "name": "Tastings and workshops",
            "code": "tastings",
            "description": "We invite you to tastings and workshops near you.",
            "needs_consent": True,
            "lawful_basis": "consent",
            "valid_months": VALID_MONTHS,
        }
    )
    _record_fair(story, purpose)
    _check_sheet(story)
    _know_customers(story)


def _record_fair(story, purpose):
    rng = story.dice("imports")
    day = story.now - timedelta(days=30.4 * VALID_MONTHS - 12)
    guests = [p for p in story.people if p.partner_id and p.joined < day]
    guests = rng.sample(guests, min(GUESTS, len(guests)))
    emails = [person.email for person in guests]
    emails += [f"guest{number}@example.org" for number in range(1, STRANGERS + 1)]
    rows = [
        [email, "yes", (day - timedelta(hours=number)).strftime("%Y-%m-%d %H:%M")]
        for number, email in enumerate(emails)
    ]
    moment = day + timedelta(days=2)
    with story.at(moment):
        told = _load(
            story,
            "tasting-fair.csv",
            [["E-mail", "Consent", "Date"], *rows],
            default_purpose_id=purpose.id,
            source_detail="Cards filled in at the tasting fair in Valencia",
            default_wording="I want to be invited to tastings and workshops.",
        )
        told.action_check()
        told.action_record()
    told.sudo().import_date = moment


def _check_sheet(story):
    person = next(p for p in story.people if p.partner_id and not p.blocked_from)
    rows = [
        ["Correo", "Acepta", "Fecha", "Dónde"],
        [person.email, "sí", "12/03/2026", "Tasting in March"],
        *MISTAKES,
    ]
    _load(story, "hoja-de-marzo.csv", rows, date_order="dmy").action_check()


def _load(story, name, rows, **values):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(rows)
    imports = story.env["lifecycle.consent.import"].with_user(story.marketer)
    content = b64encode(out.getvalue().encode("utf-8-sig"))
    return imports.create({"file": content, "file_name": name, **values})


def _know_customers(story):
    """Own customers who are written to as such, since they first bought."""
    rng = story.dice("customers")
    bought = [
        person
        for person in story.people
        if person.partner_id and person.orders and not person.blocked_from
    ]
    chosen = rng.sample(bought, min(CUSTOMERS, len(bought)))
    story.env["lifecycle.consent"]._record(
        [
            {
                "company_id": story.env.company.id,
                "partner_id": person.partner_id,
                "address": person.email.lower(),
                "channel": "email",
                "purpose_id": story.purpose.id,
                "status": "granted",
                "lawful_basis": "soft_opt_in",
                "source": "staff",
                "source_detail": "Customer since the first order",
                "event_date": person.joined,
                "user_id": story.marketer.id,
            }
            for person in chosen
        ]
    )


def list_renewals(story):
    """What the nightly cron lists; this shop looks after its customers each year."""
    company = story.env.company
    company.write(
        {
            "lifecycle_review_months": 12,
            "lifecycle_renewal_user_id": story.marketer.id,
        }
    )
    story.env["lifecycle.consent"]._set_review_dates(company)
    company._tell_renewals()
