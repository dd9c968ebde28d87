from lxml import html

from odoo.tests import tagged

from .signup_common import SignupCase


@tagged("post_install", "-at_install")
class TestSignupSite(SignupCase):
    """A form stands in other sites and languages, and knows where people came from."""

    def test_other_sites_cannot_post_to_the_page_itself(self):
        for site in ("cross-site", "same-site"):
            answer = self.visit(
                data={"email": "ana@example.com", f"t{self.news.id}": "1"},
                headers={"Sec-Fetch-Site": site},
            )
            self.assertIn("press the button once more", answer.text)
        self.assertFalse(self.signups.search([]))

    def test_embedded_page_is_the_only_one_for_frames_of_others(self):
        page = self.visit(f"{self.url}?embed=1")
        self.assertIn(
            "frame-ancestors *", page.headers["Content-Security-Policy"] + ";"
        )
        fields = {**self.fields(page), "email": "ana@example.com"}
        answer = self.visit(data={**fields, f"t{self.news.id}": "1"})

        policy = answer.headers["Content-Security-Policy"]
        self.assertIn("frame-ancestors *", policy)
        self.assertEqual(self.signups.search([]).way, "frame")
        self.assertIn(
            "frame-ancestors 'none'", self.visit().headers["Content-Security-Policy"]
        )

    def test_form_of_another_site_is_shown_on_ours_before_it_counts(self):
        answer = self.visit(
            f"{self.url}/start",
            data={
                "email": "ana@example.com",
                f"t{self.recipes.id}": "1",
                "lang": "en",
                "embed": "1",
            },
            headers={
                "Sec-Fetch-Site": "cross-site",
                "Origin": "https://blog.example.org",
                "Referer": "https://blog.example.org/tea?reader=ana@example.com",
            },
        )

        self.assertFalse(self.signups.search([]))
        policy = answer.headers["Content-Security-Policy"]
        self.assertIn("frame-ancestors 'none'", policy, "no page may hide the button")
        self.assertIn("press the button below", answer.text)
        fields = self.fields(answer)
        self.assertEqual(fields["email"], "ana@example.com")
        self.visit(data=fields, headers={"Sec-Fetch-Site": "same-origin"})
        signup = self.signups.search([])
        self.assertEqual(signup.address, "ana@example.com")
        self.assertEqual(signup.topic_ids, self.recipes)
        self.assertEqual(signup.way, "html")
        self.assertEqual(signup.referrer, "blog.example.org")

    def test_where_it_came_from_is_kept(self):
        campaign = self.env["utm.campaign"].create({"name": "Spring", "title": "S"})
        source = self.env["utm.source"].create({"name": "Blog"})
        query = "utm_campaign=spring&utm_source=blog&utm_medium=sky&page=footer"

        page = self.visit(
            f"{self.url}?{query}",
            headers={"Referer": "https://Blog.Example.org/tea?reader=ana"},
        )
        fields = {**self.fields(page), "email": "ana@example.com"}
        self.visit(data={**fields, f"t{self.news.id}": "1"})

        signup = self.signups.search([])
        self.assertEqual(signup.campaign_id, campaign)
        self.assertEqual(signup.source_id, source)
        self.assertFalse(signup.medium_id)
        self.assertEqual(signup.utm_text, "medium=sky")
        self.assertEqual(signup.place, "footer")
        self.assertEqual(signup.referrer, "blog.example.org")
        self.assertEqual(signup.way, "page")

    def test_language_switch_keeps_where_it_came_from(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.form.with_context(lang="es_ES").title = "Sé el primero"

        page = self.visit(f"{self.url}?embed=1&page=footer&utm_source=blog")
        link = html.fromstring(page.content).xpath("//nav/a[@lang='es-ES']/@href")[0]
        spanish = self.visit(link)

        self.assertIn("Sé el primero", spanish.text)
        fields = self.fields(spanish)
        self.assertEqual(fields["page"], "footer")
        self.assertEqual(fields["embed"], "1")
        self.assertEqual(fields["utm_source"], "blog")
        self.assertEqual(fields["lang"], "es_ES")
        self.visit(data={**fields, "email": "a@example.com", f"t{self.news.id}": "1"})
        self.assertEqual(self.signups.search([]).lang, "es_ES")
        self.assertIn("Sé el primero", self.signups.search([]).wording_id.text)

    def test_reader_with_another_language_gets_it_without_asking(self):
        self.env["res.lang"]._activate_lang("it_IT")
        self.form.with_context(lang="it_IT").title = "Per primi"

        page = self.visit(headers={"Accept-Language": "de, it;q=0.8, en;q=0.5"})

        self.assertIn("Per primi", page.text)

    def test_html_in_what_is_sent_is_shown_as_text(self):
        answer = self.visit(
            f"{self.url}/start",
            data={"email": '"><script>alert(1)</script>@x.com', "page": "<b>x"},
        )

        self.assertNotIn("<script", answer.text)
        self.assertNotIn("<b>x", answer.text)
