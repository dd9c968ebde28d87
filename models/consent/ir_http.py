from http import HTTPStatus

from werkzeug.exceptions import HTTPException

from odoo import models
from odoo.http import request

from ...controllers.public import respond


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        """Hand public pages nothing but text, whatever a program sends them.

        A file where text belongs, a NUL, or a field called ``self`` would otherwise be
        an error of the server rather than a field to leave out.
        """
        if endpoint.routing.get("is_lifecycle_page"):
            request.params = {
                name: value.replace("\0", "")
                for name, value in request.params.items()
                if isinstance(value, str) and name != "self"
            }
        return super()._dispatch(endpoint)

    @classmethod
    def _handle_error(cls, exception):
        """Refuse with the headers of our pages, and without the cookie of Odoo's.

        A token is in the address of what was refused, just as in that of a page.
        """
        code = isinstance(exception, HTTPException) and exception.code
        if code and code >= 400 and request.httprequest.path.startswith("/lifecycle/"):
            return respond(HTTPStatus(code).phrase, code, mimetype="text/plain")
        return super()._handle_error(exception)
