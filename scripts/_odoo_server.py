"""Start Odoo, as its own ``odoo-bin`` does, which not every package has.

With workers Odoo starts itself a second time, by the name of the script it was started
with; ``python -m odoo`` has none that would do.
"""

from odoo.cli.command import main

main()
