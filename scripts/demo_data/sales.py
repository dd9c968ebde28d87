"""Orders and their lines, written by SQL as Odoo would have written them."""

from datetime import timedelta

from odoo.tools import float_round

from .rewards import add_rewards


def write_orders(story):
    """Insert orders, then rewards, which change the lines, then lines."""
    rng = story.dice("orders-written")
    _number(story)
    ids = story.insert(
        "sale.order", [_order_values(story, rng, o) for o in story.orders]
    )
    for order, order_id in zip(story.orders, ids, strict=True):
        order.order_id = order_id
    add_rewards(story)
    story.update(
        "sale.order",
        {
            order.order_id: {
                "amount_untaxed": order.untaxed,
                "amount_tax": order.taxes,
                "amount_total": order.untaxed + order.taxes,
            }
            for order in story.orders
        },
    )
    _write_lines(story)


def _number(story):
    """Take the names from Odoo's own sequence, in the order of the dates."""
    sequence = story.env["ir.sequence"].search([("code", "=", "sale.order")], limit=1)
    first = sequence.number_next_actual
    for number, order in enumerate(story.orders, start=first):
        order.name = f"{sequence.prefix or ''}{number:0{sequence.padding}d}"
    sequence.number_next_actual = first + len(story.orders)


def _order_values(story, rng, order):
    created = order.date
    if order.state == "sale" and order.person.company:
        created -= timedelta(hours=rng.randrange(2, 90))
    changed = order.date
    if order.state == "cancel":
        changed += timedelta(hours=rng.randrange(1, 50))
    elif order.state == "sent":
        changed += timedelta(minutes=rng.randrange(5, 200))
    confirmed = order.state == "sale"
    company = story.env.company
    return {
        "name": order.name,
        "partner_id": order.partner_id,
        "partner_invoice_id": order.partner_id,
        "partner_shipping_id": order.partner_id,
        "company_id": company.id,
        "currency_id": company.currency_id.id,
        "currency_rate": 1.0,
        "pricelist_id": story.pricelist.id,
        "user_id": order.seller_id,
        "team_id": story.team.id,
        "state": order.state,
        "date_order": order.date,
        "require_signature": company.portal_confirmation_sign,
        "require_payment": company.portal_confirmation_pay,
        "prepayment_percent": company.prepayment_percent,
        "validity_date": (created + timedelta(days=30)).date(),
        "invoice_status": "to invoice" if confirmed else "no",
        "create_date": created,
        "write_date": min(changed, story.now),
        **_origin(story, rng, order),
    }


def _origin(story, rng, order):
    """The letter that brought it, or else where the customer came from."""
    if order.mailing:
        return order.mailing.utm
    if order.number == 0 or rng.random() < 0.15:
        source, medium = order.person.origin
        return {
            "source_id": story.sources[source].id,
            "medium_id": story.mediums[medium].id,
        }
    return {}


def _write_lines(story):
    rows, taxes = [], []
    for order in story.orders:
        for place, line in enumerate(order.lines):
            rows.append(_line_values(story, order, line, place))
            taxes.append(story.taxes.get(line.vat))
    ids = story.insert("sale.order.line", rows)
    pairs = [(i, tax.id) for i, tax in zip(ids, taxes, strict=True) if tax]
    story.link("sale.order.line", "tax_ids", pairs)


def _line_values(story, order, line, place):
    total = float_round(line.subtotal + line.tax, precision_digits=2)
    confirmed = order.state == "sale"
    return {
        "order_id": order.order_id,
        "sequence": 10 + place,
        "company_id": story.env.company.id,
        "currency_id": story.env.company.currency_id.id,
        "order_partner_id": order.partner_id,
        "salesman_id": order.seller_id,
        "state": order.state,
        "name": line.name or line.product.name,
        "product_id": line.product.id,
        "product_uom_id": line.product.uom_id.id,
        "product_uom_qty": line.quantity,
        "price_unit": line.price,
        "technical_price_unit": line.price,
        "discount": line.discount,
        "price_subtotal": line.subtotal,
        "price_tax": line.tax,
        "price_total": total,
        "price_reduce_taxexcl": line.subtotal / line.quantity,
        "price_reduce_taxinc": total / line.quantity,
        "customer_lead": 0,
        "qty_delivered_method": "manual",
        "qty_invoiced": 0.0,
        "untaxed_amount_invoiced": 0.0,
        "qty_to_invoice": line.quantity if confirmed else 0,
        "untaxed_amount_to_invoice": line.subtotal if confirmed else 0,
        "invoice_status": "to invoice" if confirmed else "no",
        "create_date": order.date,
        "write_date": order.date,
        **line.reward,
    }
