"""Domains and names that e-mail addresses should not have."""


def _words(text):
    return frozenset(text.split())


def _typos(text):
    """Read lines of ``domain: misspelling misspelling …``."""
    lines = (line.split(":") for line in text.strip().splitlines())
    return {wrong: right.strip() for right, wrongs in lines for wrong in wrongs.split()}


TYPOS = _typos(
    """
    gmail.com: gmial.com gmai.com gmal.com gmali.com gamil.com gmaill.com gmail.co
    gmail.com: gmil.com gnail.com gmaul.com gmeil.com ggmail.com gmail.cm gmail.om
    gmail.com: gmail.es gmail.it gmail.fr gmail.net gmail.org gmail.com.es hmail.com
    gmail.com: gemail.com gmailc.om gimail.com gmaik.com gmsil.com fmail.com
    hotmail.com: hotmial.com hotmal.com hotmai.com hotamil.com hotmil.com hotmaill.com
    hotmail.com: hotmail.co hotmail.cm hotmail.om homail.com hotnail.com htomail.com
    hotmail.com: hormail.com hotmeil.com hotmali.com hotmsil.com hoymail.com
    outlook.com: outlok.com outllok.com outloo.com outlook.co outlook.cm oulook.com
    outlook.com: outlool.com otlook.com outlokk.com
    yahoo.com: yaho.com yahooo.com yhaoo.com yahoo.co yahoo.cm yaoo.com yhoo.com
    yahoo.com: yahho.com ymail.co
    yahoo.es: yaho.es yahooo.es
    yahoo.it: yaho.it yahooo.it
    icloud.com: iclod.com icoud.com iclould.com icloud.co icloud.cm icluod.com
    libero.it: libeor.it lbero.it libeo.it libero.com
    telefonica.net: telefonica.com
    """
)

TOP_TYPOS = {
    "con": "com",
    "cmo": "com",
    "ocm": "com",
    "comm": "com",
    "coom": "com",
    "vom": "com",
    "xom": "com",
    "copm": "com",
    "nte": "net",
    "ent": "net",
    "ogr": "org",
    "rog": "org",
    "ess": "es",
}

DISPOSABLE_DOMAINS = _words(
    """
    10minutemail.com 10minutemail.net 20minutemail.com 33mail.com anonbox.net
    burnermail.io discard.email dispostable.com dropmail.me emailondeck.com
    fakeinbox.com fakemail.net getairmail.com getnada.com grr.la guerrillamail.biz
    guerrillamail.com guerrillamail.de guerrillamail.info guerrillamail.net
    guerrillamail.org guerrillamailblock.com harakirimail.com inboxbear.com
    inboxkitten.com jetable.org mail-temp.com mail-temporaire.fr mailcatch.com
    maildrop.cc mailexpire.com mailinator.com mailinator.net mailnesia.com mailnull.com
    mailpoof.com mailsac.com mailtemp.net minuteinbox.com mintemail.com moakt.com
    mohmal.com mvrht.net mytemp.email nada.email nowmymail.com pokemail.net
    sharklasers.com spam4.me spamavert.com spambox.us spamex.com spamgourmet.com
    temp-mail.io temp-mail.org tempail.com tempinbox.com tempmail.com tempmail.net
    tempmailo.com tempr.email throwawaymail.com trash-mail.com trashmail.com
    trashmail.de trashmail.net trbvm.com wegwerfmail.de yopmail.com yopmail.fr
    yopmail.net zetmail.com
    """
)

ROLES = _words(
    """
    abuse accounting accounts admin administracion administration administrator
    amministrazione billing bookings central clientes commerciale comercial compras
    comunicacion contabilidad contact contacto contact-us contatti customerservice
    direccion direction direzione enquiries enquiry everyone facturacion finance
    helpdesk hola hello help hostmaster hr info informacion information informazioni
    inquiries invoices jobs mail mailbox management marketing media newsletter no-reply
    noc noreply office oficina operations orders pedidos post postmaster press prensa
    privacy procurement purchasing recepcion reception reservas reservations root rrhh
    sales secretaria security segreteria service shop soporte spam staff subscribe
    support team tech tienda trade ufficio vendite ventas webmaster
    """
)

PLACEHOLDERS = _words(
    """
    aa aaa abc asd asdf email example fake na n.a nada nessuno ninguno no
    no-email no-mail no-tiene noemail nomail nonha notiene none nobody null prueba prova
    qwerty sinemail sincorreo sin-email test test1 testing unknown xx xxx xxxx xyz
    """
)
