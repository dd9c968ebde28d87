from odoo.tools import SQL

LANGUAGES = ("en_US", "es_ES", "it_IT")


class PublicPages:
    """A contact with everything that a public page can show, and where its pages are.

    For cases with the factories of ``LifecycleCase``.
    """

    def setUp(self):
        super().setUp()
        self.purpose = self.env.ref("contact_lifecycle.lifecycle_purpose_marketing")
        self.ana = self.make_public_contact("Ana", "ana.ferrer@example.com")
        self.news, self.offers, self.late, self.meat = self.env[
            "lifecycle.topic"
        ].create(
            [
                {"name": "News", "kind": "opt_out", "has_sms": True},
                {"name": "Offers", "is_double_opt_in": False, "description": "50 %"},
                {"name": "Courses"},
                {"name": "Meat", "is_exclusion": True},
            ]
        )
        self.env.flush_all()

    def make_public_contact(self, name, email, **values):
        told = {"email": email, "phone": "+34600000001", "lang": "en_US", **values}
        return self.make_partner(name, **told)

    def install_languages(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.env["res.lang"]._activate_lang("it_IT")
        self.env["ir.module.module"]._load_module_terms(
            ["contact_lifecycle"], ["es_ES", "it_IT"]
        )
        self.env.registry.clear_all_caches()

    def issue(self, scope="page", partner=None, **kwargs):
        partner = partner or self.ana
        links = self.env["lifecycle.link"]
        return links._issue(partner, self.env.company, scope, **kwargs)[partner.id]

    def link_of(self, partner=None):
        return self.env["lifecycle.link"]._get_row(
            partner or self.ana, self.env.company
        )

    def answer(self, partner, topic=None, status="granted", channel="email", **values):
        """Let a contact answer a question."""
        address = {"email": partner.email_normalized, "sms": partner.phone_sanitized}
        return self.env["lifecycle.consent"]._record(
            [
                {
                    "company_id": self.env.company.id,
                    "partner_id": partner.id,
                    "address": address[channel],
                    "channel": channel,
                    "purpose_id": self.purpose.id,
                    "topic_id": topic and topic.id,
                    "status": status,
                    "source": "preference_centre",
                    **values,
                }
            ]
        )

    def paths_of_pages(self):
        """Return {name: path} of every page that a GET shows."""
        self.install_languages()
        gone = self.make_public_contact("Gone", "gone@example.com", phone=False)
        self.answer(self.ana, self.offers)
        self.env["lifecycle.consent"]._leave(
            self.link_of(gone), 0, source="preference_centre"
        )
        waiting = self.make_public_contact("Waiting", "waiting@example.com")
        self.answer(waiting, self.late, "pending")
        preferences = "/lifecycle/preferences"
        pages = {
            "preferences": f"{preferences}/{self.issue()}",
            "preferences_fresh": f"{preferences}/{self.issue('fresh')}",
            "preferences_stopped": f"{preferences}/{self.issue(partner=gone)}",
            "unsubscribe": f"/lifecycle/unsubscribe/{self.issue('unsubscribe')}",
            "refused": f"{preferences}/nonsense",
            "link_request": preferences,
            "confirm": f"/lifecycle/confirm/{self.issue('confirm', waiting)}",
            "confirm_nothing": f"/lifecycle/confirm/{self.issue('confirm')}",
            "nothing_here": "/lifecycle/nothing",
        }
        for code in self.make_signup_codes():
            pages["signup"] = f"/lifecycle/signup/{code}"
            pages["signup_embedded"] = f"/lifecycle/signup/{code}?embed=1"
        pages["history"] = f"{pages['preferences']}/history"
        pages["history_fresh"] = f"{pages['preferences_fresh']}/history"
        self.env.flush_all()
        return pages

    # Every route

    def routes(self):
        """Return {(path with converters, verb)} of all public routes of this addon."""
        rules = self.env["ir.http"]._generate_routing_rules(["contact_lifecycle"], {})
        return sorted(
            {
                (url, verb)
                for url, end in rules
                if end.routing.get("is_lifecycle_page")
                for verb in end.routing["methods"]
            }
        )

    def make_signup_codes(self):
        """Return the codes of a sign-up form, for the end of its address."""
        if "lifecycle.signup.form" not in self.env:
            return []
        form = self.env["lifecycle.signup.form"].create({"name": "Newsletter"})
        form.action_open()
        return form.mapped("code")

    def fill(self, path, token):
        """Return a path with this token, or another word, where it has a converter."""
        head, found, tail = path.partition("<")
        return head + (token + tail.partition(">")[2] if found else "")

    def checksum(self):
        """Return what all our tables and those of contacts and mails hold."""
        self.env.flush_all()
        return {
            table: self.env.execute_query(
                SQL(
                    "SELECT count(*), sum(hashtextextended(t::text, 0)) FROM %s t",
                    SQL.identifier(table),
                )
            )
            for table in self._tables()
        }

    def _tables(self):
        models = self.env.registry.values()
        ours = {
            model._table
            for model in models
            if model._name.startswith("lifecycle.")
            and model._auto
            and not model._abstract
        }
        return sorted(
            ours | {"res_partner", "mail_mail", "mail_message", "mail_blacklist"}
        )
