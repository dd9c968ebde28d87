from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)

from odoo import models
from odoo.http import request

from ...controllers.public import refuse, respond


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Let a wrong verb be refused by us, too; Odoo asks nobody before it is."""
        if _is_ours() and "//" in path_info:
            # Odoo would lead on to the address without, in an answer of its own.
            raise NotFound
        try:
            return super()._match(path_info)
        except MethodNotAllowed as error:
            if _is_ours():
                cls._auth_method_public()
                error.error_response = cls._handle_error(error)
            raise

    @classmethod
    def _serve_fallback(cls):
        """Look for no file where ours would be; a path may hold what SQL cannot."""
        return None if _is_ours() else super()._serve_fallback()

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Refuse a form that says not how long it is and is too long.

        It would be cut off where the limit is, and a box that was ticked beyond that
        be taken for one that was not.
        """
        result = super()._pre_dispatch(rule, args)
        http = request.httprequest
        if (
            rule.endpoint.routing.get("is_lifecycle_page")
            and http.headers.get("Transfer-Encoding")
            and len(http.get_data(parse_form_data=False)) >= http.max_content_length
        ):
            raise RequestEntityTooLarge
        return result

    @classmethod
    def _dispatch(cls, endpoint):
        """Hand public pages nothing but text, whatever a program sends them.

        A file where text belongs, a NUL, or a field called ``self`` would otherwise be
        an error of the server rather than a field to leave out.
        """
        if endpoint.routing.get("is_lifecycle_page"):
            if request.httprequest.method == "OPTIONS":
                # Odoo would do what a POST asks for.
                return cls._tell_verbs()
            request.params = {
                name: value.replace("\0", "")
                for name, value in request.params.items()
                if isinstance(value, str) and name != "self"
            }
        return super()._dispatch(endpoint)

    @classmethod
    def _tell_verbs(cls):
        http = request.httprequest
        routes = request.env["ir.http"].routing_map().bind_to_environ(http.environ)
        answer = respond(status=204)
        answer.headers["Allow"] = ", ".join(sorted(routes.allowed_methods(http.path)))
        return answer

    @classmethod
    def _set_utm(cls, response):
        """Set no cookie on public pages, whatever labels their links carry."""
        if _is_ours():
            return None
        return super()._set_utm(response)

    @classmethod
    def _handle_error(cls, exception):
        """Refuse with the headers of our pages, and without the cookie of Odoo's.

        A token is in the address of what was refused, just as in that of a page.
        """
        code = isinstance(exception, HTTPException) and exception.code
        if not code or code < 400 or not _is_ours():
            return super()._handle_error(exception)
        answer = refuse(code)
        if isinstance(exception, MethodNotAllowed):
            answer.headers["Allow"] = ", ".join(exception.valid_methods or ())
        return answer


def _is_ours():
    return request.httprequest.path.startswith(("/lifecycle/", "/my/preferences"))
