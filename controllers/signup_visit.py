from urllib.parse import urlencode

from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools.mail import email_normalize

from ..engine.consent import signup as words
from ..engine.quality.addresses import LONGEST_EMAIL, has_email_syntax
from .public import pick_lang, render, sign_form

# What goes with a form from its first page to its last, beside what people fill in.
CARRIED = ("page", "referrer", "preview", "utm_campaign", "utm_source", "utm_medium")
_CAPTCHA_ACTION = "lifecycle_signup"
# Other sites may show the embedded page, and this page only, in a frame of theirs.
_EVERYWHERE = "*"


class SignupVisit:
    """Somebody at a form: what was asked for, what was sent, and the answer."""

    def __init__(self, code, sent):
        self.env = request.env(su=True)
        self.sent = sent
        self.lang = pick_lang(
            sent.get("lang"),
            *request.httprequest.accept_languages.values(),
            self.env.company.partner_id.lang,
        )
        forms = self.env["lifecycle.signup.form"]
        self.page = forms._get_page(code[: words.LONGEST_CODE], self.lang) or {}
        self.form = forms.browse(self.page.get("id", []))
        self.is_framed = sent.get("embed") == "1"
        self.way = "html" if sent.get("way") == "html" else "page"
        self.carried = {
            name: words.clean_word(sent[name]) for name in CARRIED if sent.get(name)
        }
        self.is_preview = bool(self.form) and forms._is_preview(
            self.form.id, sent.get("preview")
        )
        self.is_open = self.page.get("state") == "open" or self.is_preview
        questions = self.env["lifecycle.question"]
        self.questions = [
            row
            for row in (self.form and questions._read_rows(self._company(), self.lang))
            if row["id"] in self.page["question_ids"]
        ]

    def _company(self):
        return self.env["res.company"].browse(self.page["company_id"])

    @property
    def subject(self):
        """What a form is signed for: other words than those shown are another form."""
        return f"signup|{self.page['id']}|{self.page['digest']}"

    @property
    def captchas(self):
        """Return {kind: public key} of what a sign-up must pass."""
        if not self.page["has_captcha"] or self.is_preview:
            return {}
        return self.form._get_captchas()

    # What was sent

    @property
    def address(self):
        """The address, or nothing when it is none."""
        text = self.sent.get("email", "").strip()[: LONGEST_EMAIL + 1]
        address = email_normalize(text)
        # Odoo finds an address in any text; what is typed here is to be one.
        is_one = address and address.casefold() == text.casefold()
        return address if is_one and has_email_syntax(address) else ""

    @property
    def topics(self):
        """Ids of the topics that are asked for."""
        return [
            topic["id"]
            for topic in self.page["topics"]
            if not self.page["is_topic_choice"] or self.sent.get(f"t{topic['id']}")
        ]

    def find_problems(self):
        """Return codes of what must be put right first."""
        self.answers, self.errors, self.typed = self._read_answers()
        problems = {
            "email": not self.address,
            "topics": self.page["topics"] and not self.topics,
            "consent": self.page["is_consent_ticked"] and not self.sent.get("consent"),
            "questions": self.errors,
        }
        found = {code for code, is_there in problems.items() if is_there}
        return found or ({"captcha"} if not self._is_human() else set())

    def _read_answers(self):
        questions = self.env["lifecycle.question"]
        return questions._read_form(self.questions, self.sent)

    def _is_human(self):
        if not self.captchas:
            return True
        try:
            request.env["ir.http"]._verify_request_recaptcha_token(_CAPTCHA_ACTION)
        except UserError:
            return False
        return True

    def take(self):
        """Note the sign-up."""
        carried = self.carried
        wordings = self.env["lifecycle.wording"]
        self.env["lifecycle.signup"]._take(
            self.form,
            self.address,
            {
                "topics": self.topics,
                "answers": {str(i): text for i, text in self.answers.items() if text},
                "lang": self.lang,
                "wording_id": wordings._get_text(self.page["words"], self.lang).id,
                "ip": request.httprequest.remote_addr,
                "way": "frame" if self.is_framed else self.way,
                "place": carried.get("page"),
                "referrer": words.clean_host(carried.get("referrer")),
                "utm": words.read_utm(carried),
            },
        )

    # What is answered

    def ask(self, notes=frozenset()):
        """Return the form, with what was filled in and what is wrong with it."""
        errors, typed = {}, {}
        if self.sent.get("email") is not None:
            _answers, errors, typed = self._read_answers()
        is_filled = "proof" in self.sent or "check" in notes
        values = {
            "notes": notes,
            "questions": self.questions,
            "typed": typed,
            "errors": errors if "questions" in notes else {},
            "email": self.sent.get("email", "")[:LONGEST_EMAIL],
            "ticked": set(self.topics) if is_filled else set(),
            "has_consent": bool(is_filled and self.sent.get("consent")),
            "proof": sign_form(self.subject),
            "captchas": self.captchas,
        }
        return self._render("signup_page", values)

    def thank(self):
        """Return the page that everybody gets, whoever it was."""
        return self._render("signup_thanks_page", {})

    def refuse(self):
        """Return the page of a form that is not there, or not open."""
        return self._render("signup_closed_page", {}, status=404)

    def _render(self, template, values, status=200):
        company = self._company() if self.page else self.env.company
        path = f"/lifecycle/signup/{self.page.get('code', '')}"
        carried = {**self.carried, "embed": "1" if self.is_framed else ""}
        carried["way"] = self.way
        values = {
            **values,
            "page": self.page,
            "action": path,
            "carried": {name: value for name, value in carried.items() if value},
            "lang_query": f"{urlencode(carried)}&",
            "is_preview": self.is_preview,
            "is_framed": self.is_framed,
            "languages": request.env["res.lang"].get_installed(),
            "lang": self.lang,
        }
        return render(
            template,
            values,
            company,
            self.lang,
            status,
            frames=_EVERYWHERE if self.is_framed else "'none'",
        )
