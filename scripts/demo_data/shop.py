"""The shop itself: company, staff, products, programs and campaigns."""

from odoo import Command

from .catalogue import CATEGORIES, ORIGINS, TAGS

STAFF = [
    ("marketer", "Marta Vidal", "Marketing manager", "female", "MARKETER"),
    ("salesperson", "Pablo Soler", "Salesperson", "male", "SELLER"),
    ("salesperson2", "Giulia Conti", "Salesperson", "female", "SELLER"),
]
# Whose words contacts read: of countries, reasons for leaving, the portal.
_SPEAKING = ("base", "mass_mailing", "portal", "contact_lifecycle")
GROUPS = {
    "MARKETER": [
        "contact_lifecycle.group_lifecycle_user",
        "mass_mailing.group_mass_mailing_user",
        "base.group_partner_manager",
        "survey.group_survey_user",
    ],
    "SELLER": ["sales_team.group_sale_salesman"],
}


def open_shop(story):
    """Everything that exists before the first customer comes."""
    _name_company(story)
    _speak_languages(story)
    _hire(story)
    _fill_shelves(story)
    story.pricelist = story.env["product.pricelist"].search([], limit=1)
    _start_programs(story)
    _plan_campaigns(story)


def _name_company(story):
    company = story.env.company
    spain = story.env.ref("base.es")
    company.partner_id.write(
        {
            "name": "Casa Oliva",
            "street": "Calle del Mar 12",
            "zip": "46003",
            "city": "València",
            "country_id": spain.id,
            "email": "hola@casaoliva.example.com",
            "website": "https://casaoliva.example.com",
        }
    )
    if not story.env["account.move"].search_count([], limit=1):
        _keep_books_in_euro(story, company, spain)
    tax = company.account_sale_tax_id
    story.taxes = {}
    for rate in (21, 10):
        if tax:
            story.taxes[rate] = tax.copy({"name": f"{rate} %", "amount": rate})
    if tax:
        company.account_sale_tax_id = story.taxes[21]


def _keep_books_in_euro(story, company, spain):
    """One currency and one VAT for all: abroad is taxed as at home."""
    former = company.currency_id
    company.currency_id = story.env.ref("base.EUR")
    if former != company.currency_id:
        former.active = False
    company.account_fiscal_country_id = spain
    taxes = story.env["account.tax"].search([("company_id", "=", company.id)])
    taxes.tax_group_id.country_id = spain
    taxes.country_id = spain
    story.env["account.fiscal.position"].search([]).active = False


def _speak_languages(story):
    """Switch the languages on, with the texts that contacts see: it is quick."""
    codes = ["es_ES", "it_IT"]
    for code in codes:
        story.env["res.lang"]._activate_lang(code)
    modules = story.env["ir.module.module"].search(
        [("name", "in", _SPEAKING), ("state", "=", "installed")]
    )
    modules._update_translations(codes)


def _hire(story):
    env = story.env
    for login, name, job, gender, role in STAFF:
        user = env["res.users"].create(
            {
                "login": login,
                "password": login,
                "name": name,
                "email": f"{login}@casaoliva.example.com",
                "tz": "Europe/Madrid",
                "group_ids": [Command.link(group.id) for group in _groups(env, role)],
            }
        )
        user.partner_id.write({"function": job, "country_id": env.ref("base.es").id})
        user.partner_id.write(
            story.known(
                "res.partner",
                {"lifecycle_kind": "employee", "lifecycle_gender": gender},
            )
        )
        if role == "SELLER":
            story.sellers |= user
        else:
            story.marketer = user
    staff = env["res.users"].search([("share", "=", False)])
    if story.has_field("res.users", "tour_enabled"):
        staff.tour_enabled = False
    story.team = env["crm.team"].search([], limit=1)
    env["crm.team.member"].create(
        [{"crm_team_id": story.team.id, "user_id": user.id} for user in story.sellers]
    )


def _groups(env, role):
    found = [env.ref(xmlid, raise_if_not_found=False) for xmlid in GROUPS[role]]
    return [group for group in [env.ref("base.group_user"), *found] if group]


def _fill_shelves(story):
    """Products by category: ``story.shelves`` is {category: [(product, VAT)]}."""
    story.shelves = {}
    for name, (vat, products) in CATEGORIES.items():
        category = story.env["product.category"].create({"name": name})
        taxes = [tax.id for tax in [story.taxes.get(vat)] if tax]
        created = story.env["product.product"].create(
            [
                {
                    "name": product,
                    "list_price": price,
                    "standard_price": round(price * 0.55, 2),
                    "categ_id": category.id,
                    "taxes_id": [Command.set(taxes)],
                    "invoice_policy": "order",
                    "type": "service" if "orkshop" in product else "consu",
                }
                for product, price in products
            ]
        )
        story.shelves[name] = [(product, vat) for product in created]


def _start_programs(story):
    """A welcome code, a club card and a birthday coupon."""
    programs = story.env["loyalty.program"]
    story.welcome = programs.create(
        {
            "name": "Welcome 10 %",
            "program_type": "promo_code",
            "trigger": "with_code",
            "applies_on": "current",
            "rule_ids": [Command.create({"mode": "with_code", "code": "BIENVENIDA10"})],
            "reward_ids": [Command.create({"reward_type": "discount", "discount": 10})],
        }
    )
    story.club = programs.create(
        {
            "name": "Casa Oliva Club",
            "program_type": "loyalty",
            "trigger": "auto",
            "applies_on": "both",
            "portal_point_name": "Olives",
            "rule_ids": [
                Command.create({"reward_point_mode": "money", "reward_point_amount": 1})
            ],
            "reward_ids": [
                Command.create(
                    {
                        "reward_type": "discount",
                        "discount_mode": "per_order",
                        "discount": 10,
                        "required_points": 200,
                    }
                )
            ],
        }
    )
    story.birthday = programs.create(
        {
            "name": "Birthday 15 %",
            "program_type": "coupons",
            "trigger": "with_code",
            "applies_on": "current",
            "reward_ids": [Command.create({"reward_type": "discount", "discount": 15})],
        }
    )


def _plan_campaigns(story):
    """Sources, mediums and campaigns by name."""
    story.sources = _by_name(
        story, "utm.source", {name for name, _medium, _share in ORIGINS}
    )
    story.mediums = _by_name(
        story,
        "utm.medium",
        {"Email", "SMS"} | {medium for _name, medium, _share in ORIGINS},
    )
    story.tags = _by_name(story, "res.partner.category", set(TAGS))
    for color, tag in enumerate(story.tags.values(), start=1):
        tag.color = color


def _by_name(story, model, names):
    found = {r.name: r for r in story.env[model].search([("name", "in", list(names))])}
    missing = sorted(names - set(found))
    for record in story.env[model].create([{"name": name} for name in missing]):
        found[record.name] = record
    return dict(sorted(found.items()))


def campaign(story, title):
    """The utm campaign of that title, made when it is new."""
    campaigns = story.env["utm.campaign"]
    return campaigns.search([("title", "=", title)], limit=1) or campaigns.create(
        {"title": title, "user_id": story.marketer.id}
    )
