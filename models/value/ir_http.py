from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Let browsers drop the labels they keep once an RFM group was renamed.

        They keep them on disk for as long as ``registry_hash`` is the same.
        """
        info = super().session_info()
        version = self.env["lifecycle.rfm.group"]._get_version()
        if version and "registry_hash" in info:
            info["registry_hash"] = f"{info['registry_hash']}-{version}"
        return info
