from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.segmentation import contrast

# GROUPING() of PostgreSQL takes no more columns.
_MAX_FACTS = 31
_CLICKS = ("mail_clicked", "sms_clicked")


class LifecycleSegment(models.Model):
    """What tells the members of a segment from everybody else."""

    _inherit = "lifecycle.segment"

    @api.model
    def _differentiating_facts(self):
        """Return {code: dict} of what is compared; extend with super().

        ``field`` names a field of the contact.  With ``bands``, ascending borders, its
        number is compared in bands; ``unit`` says what is counted: ``number``,
        ``days`` since a date, or ``age`` in years.  With ``query`` instead, a method
        returns SQL rows (partner_id, value) and a contact may have several values.
        Fields that do not exist, or that the user may not read, are left out.
        """
        facts = {
            name: {"field": name}
            for name in (
                "country_id",
                "state_id",
                "city",
                "lang",
                "is_company",
                "industry_id",
                "user_id",
                "lifecycle_kind",
                "lifecycle_gender",
                "lifecycle_stage_id",
                "lifecycle_first_source_id",
                "lifecycle_first_campaign_id",
                "lifecycle_score_band",
                "lifecycle_satisfaction_band",
                "lifecycle_rfm_segment",
                "lifecycle_value_tier",
                "lifecycle_value_band",
                "lifecycle_churn_band",
                "lifecycle_promotion_band",
            )
        }
        counts = ("touch", "click", "reply", "survey", "lead", "meeting", "order")
        for name in counts:
            name = f"lifecycle_{name}_count"
            facts[name] = {"field": name, "bands": [1, 2, 5, 10, 25], "unit": "number"}
        for name in ("lifecycle_last_inbound_date", "lifecycle_last_order_date"):
            facts[name] = {"field": name, "bands": [30, 90, 180, 365], "unit": "days"}
        age = {"field": "lifecycle_birth_date", "bands": [18, 25, 35, 50, 65]}
        return {
            **facts,
            "age": {**age, "unit": "age"},
            "category_id": {"field": "category_id", "query": "_get_tag_rows"},
            "device": {"query": "_get_device_rows"},
        }

    @api.readonly
    def differentiators(self, limit=20):
        """Return the facts that tell members from everybody else, the clearest first.

        Everybody else are the other contacts of the company that the user may see.
        Ranked by the log-likelihood ratio G² (see ``engine/segmentation/contrast``);
        values that are rare, and differences that may be chance, are left out.

        :return: dict with ``rows`` (fact, label, value, name, count, count_elsewhere,
            here, elsewhere: shares, lift: None when nobody else has it, surprise: G²,
            domain: of the contacts who have it, is_condition: the segment asks for
            it), ``size``, ``size_elsewhere`` and ``is_enough``: whether both groups
            are large enough to tell
        """
        self.ensure_one()
        self.check_access("read")
        facts = self._get_readable_facts()
        size, size_elsewhere = self._count_sides()
        found = contrast.differences(
            self._read_facts(facts), size, size_elsewhere, max(1, min(int(limit), 200))
        )
        return {
            "rows": [self._describe_difference(facts[row.fact], row) for row in found],
            "size": size,
            "size_elsewhere": size_elsewhere,
            "is_enough": contrast.is_told_apart(size, size_elsewhere),
        }

    def _get_readable_facts(self):
        partners = self.env["res.partner"]
        return {
            code: fact
            for code, fact in self._differentiating_facts().items()
            if "field" not in fact
            or (field := partners._fields.get(fact["field"]))
            and partners._has_field_access(field, "read")
        }

    def _get_compared_query(self):
        """Return a query of all contacts compared, and SQL telling who is a member."""
        partners = self.env["res.partner"].with_context(
            allowed_company_ids=self.company_id.ids, active_test=True
        )
        mine = Domain("company_id", "in", [False, self.company_id.id])
        query = partners._search(mine, order="id")
        query.order = None
        alias = query.make_alias(partners._table, "membership")
        query.add_join(
            "LEFT JOIN",
            alias,
            "lifecycle_segment_member",
            SQL(
                "%s = %s AND %s = %s AND %s IS NULL",
                SQL.identifier(alias, "partner_id"),
                SQL.identifier(partners._table, "id"),
                SQL.identifier(alias, "segment_id"),
                self.id,
                SQL.identifier(alias, "leave_date"),
            ),
        )
        is_member = SQL("%s IS NOT NULL", SQL.identifier(alias, "segment_id"))
        return partners, query, is_member

    def _count_sides(self):
        _partners, query, is_member = self._get_compared_query()
        self.env.flush_all()
        [(size, total)] = self.env.execute_query(
            query.select(SQL("count(*) FILTER (WHERE %s), count(*)", is_member))
        )
        return size, total - size

    def _read_facts(self, facts):
        """Yield (code, value, count among members, count elsewhere)."""
        plain = {code: fact for code, fact in facts.items() if "query" not in fact}
        codes = list(plain)
        for start in range(0, len(codes), _MAX_FACTS):
            part = codes[start : start + _MAX_FACTS]
            yield from self._read_plain_facts({code: plain[code] for code in part})
        for code, fact in facts.items():
            if "query" in fact:
                yield from self._read_queried_fact(code, fact)

    def _read_plain_facts(self, facts):
        """Count each value of every fact in one pass over the contacts."""
        partners, query, is_member = self._get_compared_query()
        names = [SQL.identifier(f"f{place}") for place in range(len(facts))]
        columns = [
            SQL("%s AS %s", self._get_fact_sql(partners, query, fact), name)
            for fact, name in zip(facts.values(), names, strict=True)
        ]
        inner = query.select(SQL("%s AS here", is_member), *columns)
        rows = self.env.execute_query(
            SQL(
                """SELECT GROUPING(%(names)s), count(*) FILTER (WHERE here),
                          count(*) FILTER (WHERE NOT here), %(names)s
                     FROM (%(inner)s) c
                    GROUP BY GROUPING SETS (%(sets)s)""",
                names=SQL(", ").join(names),
                inner=inner,
                sets=SQL(", ").join(SQL("(%s)", name) for name in names),
            )
        )
        codes, everything = list(facts), (1 << len(facts)) - 1
        for grouping, here, elsewhere, *values in rows:
            # The bit that is not set is the column grouped by; the last comes first.
            place = len(codes) - (everything ^ grouping).bit_length()
            value, code = values[place], codes[place]
            # That nobody filled a field in tells little, and of many fields at once;
            # that something never happened is a band of its own.
            if value is not None or facts[code].get("unit") == "days":
                yield code, value, here, elsewhere

    def _get_fact_sql(self, partners, query, fact):
        """Return SQL of a fact's value, or of the place of its band."""
        value = partners._field_to_sql(partners._table, fact["field"], query)
        if "bands" not in fact:
            if partners._fields[fact["field"]].type == "boolean":
                return SQL("COALESCE(%s, false)", value)
            return value
        now = self.env.cr.now()
        number = {
            "number": SQL("COALESCE(%s, 0)", value),
            "days": SQL("extract(epoch FROM %s - %s) / 86400", now, value),
            "age": SQL("extract(year FROM age(%s, %s))", self._get_today(), value),
        }[fact["unit"]]
        return SQL("width_bucket((%s)::float8, %s::float8[])", number, fact["bands"])

    def _read_queried_fact(self, code, fact):
        """Count contacts by value, where one may have several values."""
        _partners, query, is_member = self._get_compared_query()
        rows = self.env.execute_query(
            SQL(
                """SELECT v.value, count(*) FILTER (WHERE here),
                          count(*) FILTER (WHERE NOT here)
                     FROM (%(inner)s) c
                     JOIN (%(rows)s) v(partner_id, value) ON v.partner_id = c.id
                    GROUP BY v.value""",
                inner=query.select(
                    SQL.identifier(query.table, "id"), SQL("%s AS here", is_member)
                ),
                rows=getattr(self, fact["query"])(),
            )
        )
        for value, here, elsewhere in rows:
            yield code, value, here, elsewhere

    def _get_tag_rows(self):
        field = self.env["res.partner"]._fields["category_id"]
        return SQL(
            "SELECT %s, %s FROM %s",
            SQL.identifier(field.column1),
            SQL.identifier(field.column2),
            SQL.identifier(field.relation),
        )

    def _get_device_rows(self):
        """Return the devices each contact has clicked with, in this company."""
        return SQL(
            """SELECT DISTINCT t.partner_id, t.device
                 FROM lifecycle_touchpoint t
                WHERE t.type_id IN (SELECT id FROM lifecycle_touchpoint_type
                                     WHERE code IN %s)
                  AND t.device IS NOT NULL AND t.is_automated IS NOT TRUE
                  AND (t.company_id IS NULL OR t.company_id = %s)""",
            _CLICKS,
            self.company_id.id,
        )
