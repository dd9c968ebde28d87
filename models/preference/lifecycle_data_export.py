from odoo import api, fields, models, tools
from odoo.fields import Domain

_LONGEST_LIST = 20_000
# Columns in which a table of ours names a person, besides the contact itself.
_ADDRESS_FIELDS = ("address", "email", "email_normalized", "new_email", "new_address")
# Ours to make links, locks and seals of; they say nothing about the person.
_TECHNICAL = frozenset(
    {
        "address_hash",
        "create_uid",
        "evidence_id",
        "hash",
        "id",
        "request_key",
        "slot",
        "subject",
        "token",
        "wording_hash",
        "wording_id",
        "write_uid",
    }
)
# Fields of a contact that are about our books, our screens or our mail server.
_NOT_PERSONAL = (
    "activity_",
    "autopost_",
    "calendar_last",
    "color",
    "commercial_",
    "complete_name",
    "contact_address",
    "credit",
    "customer_rank",
    "debit",
    "email_normalized",
    "ignore_",
    "image_",
    "invoice_",
    "lifecycle_profile_id",
    "message_",
    "my_activity",
    "partner_share",
    "peppol",
    "phone_sanitized",
    "property_",
    "signup_",
    "supplier_rank",
    "trust",
    "write_date",
)
_PLAIN = frozenset(
    {
        "boolean",
        "char",
        "date",
        "datetime",
        "float",
        "html",
        "integer",
        "json",
        "many2many",
        "many2one",
        "many2one_reference",
        "monetary",
        "properties",
        "selection",
        "text",
    }
)


class LifecycleDataExport(models.AbstractModel):
    """All that we keep about one contact, for that contact (GDPR articles 15 and 20).

    Tables are found, not listed: each table of ours that points to a contact, or has
    an address in it, is in the answer from the day on which it is made.  Run as
    superuser, for whoever holds a fresh link or an account.
    """

    _name = "lifecycle.data.export"
    _description = "Export of a Contact's Data"

    @api.model
    def _get_left_out(self):
        """Hook: return {model: why it says nothing about the person}."""
        return {
            "lifecycle.consent.queue": "events that wait to be applied, exported there",
            "lifecycle.consent.seal": "hashes of consent events, exported there",
            "lifecycle.quality.queue": "contacts whose quality is computed anew",
            "lifecycle.touchpoint.queue": "contacts whose numbers are computed anew",
        }

    @api.model
    @tools.ormcache()
    def _get_tables(self):
        """Return {model: names of the fields that say whom a row is about}."""
        tables = {}
        left_out = self._get_left_out()
        for name, model in sorted(self.env.registry.items()):
            if not name.startswith("lifecycle.") or name in left_out:
                continue
            if model._abstract or model._transient or not model._auto:
                continue
            keys = [
                field.name
                for field in model._fields.values()
                if field.store
                and (
                    (field.type == "many2one" and field.comodel_name == "res.partner")
                    or (field.type == "char" and field.name in _ADDRESS_FIELDS)
                )
            ]
            if keys:
                tables[name] = keys
        return tables

    @api.model
    def _read_all(self, link, lang):
        """Return all data of a contact in a company, as plain values.

        :return: dict with ``company``, ``date`` and ``tables``: dicts with ``model``,
            ``title``, ``fields`` {name: label}, ``choices`` {name: {code: label}} and
            ``rows`` ({name: value}, empty ones left out); the contact comes first
        """
        env = self.with_company(link.company_id).with_context(
            lang=lang, active_test=False
        )
        reader = env.env["lifecycle.data.export"]
        return {
            "company": link.company_id.name,
            "date": fields.Datetime.to_string(self.env.cr.now()),
            "tables": [
                *reader._read_contact(link.partner_id),
                *(
                    table
                    for name, keys in self._get_tables().items()
                    if (table := reader._read_table(name, keys, link))
                ),
            ],
        }

    @api.model
    def _read_contact(self, partner):
        """Return the contact, and the addresses that belong to it."""
        partner = partner.with_env(self.env)
        names = [
            name
            for name, field in partner._fields.items()
            if self._is_personal(field) and not name.startswith(_NOT_PERSONAL)
        ]
        places = ("invoice", "delivery", "other")
        others = partner.child_ids.filtered(lambda child: child.type in places)
        titles = (self.env._("Contact"), self.env._("Further Addresses"))
        tables = [
            self._write_table("res.partner", title, records, names)
            for title, records in zip(titles, (partner, others), strict=True)
            if records
        ]
        for table in tables:
            # What was never filled in is 0, or No, in Odoo's own columns.
            table["rows"] = [
                {name: value for name, value in row.items() if value}
                for row in table["rows"]
            ]
        return tables

    @api.model
    def _read_table(self, name, keys, link):
        """Return the rows of one of our tables about a contact, or None."""
        model = self.env[name]
        values = self._get_own_values(link.partner_id)
        domain = Domain.OR(
            Domain(key, "in", values[model._fields[key].type]) for key in keys
        )
        if "partner_id" in keys:
            # What somebody else said from the same address is theirs.
            domain &= Domain("partner_id", "in", [False, link.partner_id.id])
        if "company_id" in model._fields:
            domain &= Domain("company_id", "in", [False, link.company_id.id])
        rows = model.search(domain, limit=_LONGEST_LIST)
        names = [
            name
            for name, field in model._fields.items()
            if name not in keys or field.type == "char"
            if self._is_personal(field)
        ]
        title = self.env["ir.model"]._get(name).name
        return self._write_table(name, title, rows, names) if rows else None

    @api.model
    def _get_own_values(self, partner):
        """Return {type of field: what names this contact in it}."""
        addresses = (partner.email_normalized, partner.phone_sanitized, partner.email)
        return {
            "many2one": partner.ids,
            "char": [address for address in addresses if address],
        }

    @api.model
    def _is_personal(self, field):
        """Tell whether a stored field is a fact, rather than a wheel of ours."""
        # A row that is exported itself needs no mention in another.
        elsewhere = {"res.company", *self._get_tables()}
        return (
            field.store
            and field.type in _PLAIN
            and field.name not in _TECHNICAL
            and field.groups != "base.group_system"
            and not (field.type == "many2one" and field.comodel_name in elsewhere)
        )

    @api.model
    def _write_table(self, model, title, records, names):
        labels = {
            name: records._fields[name].get_description(self.env, ["string"])["string"]
            for name in names
        }
        records.fetch(names)
        return {
            "model": model,
            "title": title,
            "fields": labels,
            "choices": {
                name: dict(records._fields[name]._description_selection(self.env))
                for name in names
                if records._fields[name].type == "selection"
            },
            "rows": [
                {
                    name: value
                    for name in names
                    if (value := self._write_value(record, name)) not in (None, [], "")
                }
                for record in records
            ],
        }

    @api.model
    def _write_value(self, record, name):
        """Return a value as JSON can have it; who of the staff did it stays ours."""
        field, value = record._fields[name], record[name]
        if field.type == "boolean":
            return value
        if not value and value != 0 or value is False:
            return None
        if field.type in ("many2one", "many2many"):
            if field.comodel_name == "res.users":
                return self.env._("Staff")
            return (
                value.display_name
                if field.type == "many2one"
                else value.mapped("display_name")
            )
        if field.type == "datetime":
            return value.isoformat(" ", "seconds")
        if field.type == "date":
            return value.isoformat()
        if field.type == "selection":
            return value
        if field.type == "properties":
            return self._write_properties(record, name)
        return value if isinstance(value, int | float | list | dict) else str(value)

    @api.model
    def _write_properties(self, record, name):
        return {
            one["string"]: one["value"]
            for one in record.read([name])[0][name]
            if one.get("value")
        }
