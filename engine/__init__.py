"""Pure logic of the module: never imports odoo, tested without a database."""
