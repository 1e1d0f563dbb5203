"""What a mail domain says about where somebody works: nothing, where anybody can have an address."""

_PROVIDERS = """
gmail.com googlemail.com outlook.com outlook.nl hotmail.com hotmail.nl hotmail.fr hotmail.de
hotmail.co.uk hotmail.be live.com live.nl live.be live.co.uk msn.com yahoo.com yahoo.co.uk yahoo.de
yahoo.fr yahoo.nl ymail.com rocketmail.com icloud.com me.com mac.com aol.com aim.com
proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.com tuta.io tutamail.com
keemail.me fastmail.com fastmail.fm fastmail.net posteo.net posteo.de posteo.nl posteo.org posteo.eu
mailbox.org mailbox.com riseup.net disroot.org autistici.org inventati.org systemli.org systemausfall.org
soverin.net startmail.com runbox.com kolabnow.com migadu.com hey.com duck.com mozmail.com
gmx.com gmx.net gmx.de gmx.at gmx.ch gmx.eu web.de freenet.de t-online.de mail.de email.de arcor.de
ziggo.nl ziggomail.com kpnmail.nl kpnplanet.nl planet.nl hetnet.nl home.nl xs4all.nl casema.nl
chello.nl upcmail.nl quicknet.nl tele2.nl telfort.nl zeelandnet.nl caiway.nl caiway.net solcon.nl
online.nl freedom.nl freedomnet.nl telenet.be skynet.be proximus.be scarlet.be
orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr libero.it virgilio.it tiscali.it alice.it
tin.it wp.pl o2.pl onet.pl interia.pl seznam.cz centrum.cz abv.bg mail.ru yandex.ru yandex.com
bluewin.ch hispeed.ch sunrise.ch btinternet.com sky.com virginmedia.com talktalk.net ntlworld.com
comcast.net verizon.net att.net sbcglobal.net cox.net zoho.com zohomail.eu mail.com email.com usa.net
inbox.com hushmail.com qq.com 163.com 126.com naver.com
users.noreply.github.com noreply.codeberg.org
"""

FREE = frozenset(_PROVIDERS.split())
"""Providers where everybody gets an address, privacy-minded ones among them. A list of our own."""

RESERVED = ("example.org", "example.com", "example.net", "example", "test", "invalid", "localhost")
"""Names kept for documentation and tests (RFC 2606): nobody works there."""

_ENDINGS = """
co.uk ac.uk org.uk gov.uk net.uk me.uk com.au net.au org.au edu.au co.nz org.nz ac.nz co.jp ac.jp
or.jp com.br org.br co.za org.za ac.za co.in org.in ac.in com.tr edu.tr ac.at or.at co.at eu.org
github.io gitlab.io codeberg.page
"""

SHARED_ENDINGS = frozenset(_ENDINGS.split())
"""Two-part endings under which strangers live side by side."""


def workplace(email: str) -> str | None:
    """Give the mail domain when it may say where somebody works, in lower case; else None."""
    domain = email.rpartition("@")[2].strip().lower().rstrip(".")
    if "." not in domain or domain in FREE or domain in SHARED_ENDINGS:
        return None
    if any(domain == one or domain.endswith("." + one) for one in (*RESERVED, *FREE)):
        return None
    return domain


def same_house(one: str | None, other: str | None) -> str | None:
    """Give the domain two mail domains share: the same, or one below the other (cs.uva.nl, uva.nl)."""
    if not one or not other:
        return None
    if one == other or one.endswith("." + other):
        return other
    return one if other.endswith("." + one) else None
