"""A few dozen invoices and credit notes, through Odoo's own flow."""

from datetime import timedelta

from odoo import Command

from .personas import is_hero

INVOICES = 60
CREDIT_NOTES = 6


def write_invoices(story):
    """Invoice company orders and a few private ones; take some back."""
    if not story.env.company.chart_template:
        return
    rng = story.dice("invoices")
    limit = story.now - timedelta(days=2)
    ready = [o for o in story.orders if o.state == "sale" and o.date < limit]
    first = [o for o in ready if is_hero(o.person)][:2]
    others = [o for o in ready if not is_hero(o.person)]
    weights = [6 if order.person.company else 1 for order in others]
    chosen = dict.fromkeys(first + rng.choices(others, weights, k=INVOICES))
    orders = sorted(list(chosen)[:INVOICES], key=lambda order: order.date)
    dates = {order.name: order.date + timedelta(hours=20) for order in orders}
    records = story.env["sale.order"].browse([order.order_id for order in orders])
    moves = records._create_invoices(grouped=True)
    for move in moves:
        move.invoice_date = dates[move.invoice_origin].date()
    moves.sorted("invoice_date").action_post()
    ages = {m.id: (dates[m.invoice_origin],) * 2 for m in moves}
    heroes = {order.partner_id for order in first}
    returned = [move for move in moves if move.partner_id.id in heroes][:1]
    for move in returned + rng.sample(
        list(moves - moves.browse().concat(*returned)), CREDIT_NOTES
    ):
        moment = min(dates[move.invoice_origin] + timedelta(days=9), story.now)
        credit = _credit(move, moment)
        ages[credit.id] = (moment, moment)
    story.env.flush_all()
    story.backdate("account.move", ages)


def _credit(move, moment):
    """Take back the first line of the invoice."""
    credit = move._reverse_moves(
        [{"invoice_date": moment.date(), "date": moment.date()}]
    )
    products = credit.invoice_line_ids.filtered(lambda line: line.price_subtotal > 0)
    others = credit.invoice_line_ids - products[:1]
    credit.invoice_line_ids = [Command.delete(line.id) for line in others]
    credit.action_post()
    return credit
