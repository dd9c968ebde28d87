"""The words in which other systems tell of consent: headers, states, channels."""

import re
import unicodedata

# What a column can hold, with its label.
ROLES = [
    ("address", "Address"),
    ("channel", "Channel"),
    ("status", "Status"),
    ("topic", "Topic or Purpose"),
    ("purpose", "Purpose"),
    ("date", "Date of the Answer"),
    ("basis", "Lawful Basis"),
    ("source", "Where and How"),
    ("wording", "Words That Were Read"),
    ("version", "Version of the Words"),
    ("lang", "Language of the Words"),
    ("reference", "Reference"),
]

_HEADERS = {
    "address": "address email mail emailaddress phone mobile telephone number msisdn "
    "correo correoelectronico direccion telefono movil cellulare telefono posta "
    "indirizzo indirizzoemail numero contact recipient subscriber",
    "channel": "channel canal canale medium via",
    "status": "status state consent optin optedin subscribed granted permission "
    "answer acepta acepto accetta accetto estado consentimiento stato consenso "
    "permiso suscrito iscritto",
    "topic": "topic topics list interest tema temas asunto argomento lista segment "
    "newsletter about",
    "purpose": "purpose finalidad finalita proposito scopo",
    "date": "date datetime timestamp when time consentdate optindate subscribedat "
    "fecha data createdat confirmtime optintime since",
    "basis": "basis lawfulbasis legalbasis base baselegal baselegale basegiuridica "
    "baselicitud",
    "source": "source origin where donde dove form page how evidence origen fuente "
    "origine fonte optinsource",
    "wording": "wording words text consenttext statement texto testo formula",
    "version": "version wordingversion textversion consentversion versione",
    "lang": "language lang locale idioma lingua",
    "reference": "reference ref id externalid key code number referencia riferimento "
    "codigo codice",
}
_ROLE_OF = {
    word: role for role, words in reversed(_HEADERS.items()) for word in words.split()
}

_STATES = {
    "granted": "granted yes y true 1 x ok optin optedin in subscribed active agreed "
    "agrees accepted concedido si s verdadero aceptado suscrito alta concesso vero "
    "accettato iscritto attivo",
    "withdrawn": "withdrawn no n false 0 optout optedout out unsubscribed revoked "
    "refused withdraws cleaned retirado revocado falso baja rechazado cancelado "
    "ritirato revocato rifiutato disiscritto",
    "pending": "pending waiting unconfirmed waitingforconfirmation pendiente "
    "sinconfirmar inattesa daconfermare",
    "expired": "expired lapsed caducado vencido scaduto",
}
_CHANNELS = {
    "email": "email mail e correo correoelectronico posta postaelettronica newsletter",
    "sms": "sms phone mobile text textmessage telefono movil cellulare whatsapp",
}
_BASES = {
    "consent": "consent consentimiento consenso",
    "soft_opt_in": "softoptin softoptincustomers owncustomers existingcustomer "
    "clientepropio softspam",
    "contract": "contract contrato contratto",
    "legal_obligation": "legalobligation obligacionlegal obbligolegale",
    "vital_interest": "vitalinterest interesvital interessevitale",
    "public_task": "publictask misionpublica interessepubblico",
    "legitimate_interest": "legitimateinterest legitimateinterests interes "
    "intereslegitimo interesselegittimo",
}


def fold(text):
    """Return a text without case, accents, spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", str(text)).casefold()
    return re.sub(r"[\W_]", "", plain)


def _spread(words):
    return {word: code for code, text in words.items() for word in text.split()}


STATE_OF = _spread(_STATES)
CHANNEL_OF = _spread(_CHANNELS)
BASIS_OF = _spread(_BASES)


def guess_roles(headers, samples=()):
    """Return the role of each column, or None; no role is given twice.

    Args:
        headers: texts
        samples: first rows of texts, to find the address where no header names it
    """
    roles = [None] * len(headers)
    for exact in (True, False):
        for at, header in enumerate(headers):
            role = _guess_role(header, exact)
            if role and roles[at] is None and role not in roles:
                roles[at] = role
    if "address" not in roles:
        for at in range(len(headers)):
            cells = [row[at] for row in samples if at < len(row) and row[at].strip()]
            if cells and roles[at] is None and all("@" in cell for cell in cells):
                roles[at] = "address"
                break
    return roles


def _guess_role(header, exact):
    if exact:
        return _ROLE_OF.get(fold(header))
    words = [fold(word) for word in re.split(r"[\s_./()-]+", header)]
    return next((_ROLE_OF[word] for word in words if word in _ROLE_OF), None)
