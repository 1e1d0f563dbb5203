"""What a bank would send back, made small: statements and status reports."""

from datetime import date

BOTH = ("02", "08")
WHY = "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Closed</AddtlInf></StsRsnInf>"


def camt(
    entries: str,
    *,
    iban: str,
    version: str = "08",
    opening: str = "100000.00",
    closing: str = "",
    id="2026-229",
):
    """Give a statement of one account; the closing balance is left out unless given."""
    balance = _balance("OPBD", opening) + (_balance("CLBD", closing) if closing else "")
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{space}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>C</MsgId></GrpHdr><Stmt><Id>{id}</Id><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balance}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(code: str, amount: str) -> str:
    kind = f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
    return f'<Bal>{kind}<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'


def entry(
    amount: str,
    end_to_end: str = "",
    *,
    on: date,
    side: str = "DBIT",
    iban: str = "",
    version: str = "08",
    reason: str = "",
    batch: str = "",
    status: str = "BOOK",
    currency: str = "EUR",
    ref: str = "",
    told: str = "",
    named: str = "",
) -> str:
    """Give one entry of a statement. told: what the payer wrote; named: the reference in its own field."""
    words = f"<Ustrd>{told}</Ustrd>" if told else ""
    words += f"<Strd><CdtrRefInf><Ref>{named}</Ref></CdtrRefInf></Strd>" if named else ""
    remittance = f"<RmtInf>{words}</RmtInf>" if words else ""
    booked = f"<Sts>{status}</Sts>" if version == "02" else f"<Sts><Cd>{status}</Cd></Sts>"
    account = f"<RltdPties><CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct></RltdPties>" if iban else ""
    refs = f"<Refs><EndToEndId>{end_to_end}</EndToEndId></Refs>" if end_to_end else ""
    why = f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""
    run = f"<Btch><MsgId>{batch}</MsgId></Btch>" if batch else ""
    details = f"<NtryDtls>{run}<TxDtls>{refs}{account}{remittance}{why}</TxDtls></NtryDtls>"
    bank = f"<AcctSvcrRef>{ref}</AcctSvcrRef>" if ref else ""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{booked}'
        f"<BookgDt><Dt>{on}</Dt></BookgDt>{bank}{details}</Ntry>"
    )


def pain002(
    message: str, *verdicts: tuple[str, str], status: str = "PART", version: str = "10", id="STS-1"
) -> bytes:
    """Give a status report about a file; verdicts: (end-to-end id, status)."""
    parts = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{one}</OrgnlEndToEndId><TxSts>{told}</TxSts>"
        + (
            "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Closed</AddtlInf></StsRsnInf>"
            if told == "RJCT"
            else ""
        )
        + "</TxInfAndSts>"
        for one, told in verdicts
    )
    info = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>P</OrgnlPmtInfId>{parts}</OrgnlPmtInfAndSts>" if parts else ""
    space = f"urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"
    return (
        f'<?xml version="1.0"?><Document xmlns="{space}"><CstmrPmtStsRpt><GrpHdr><MsgId>{id}</MsgId></GrpHdr>'
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId><GrpSts>{status}</GrpSts></OrgnlGrpInfAndSts>{info}"
        "</CstmrPmtStsRpt></Document>"
    ).encode()
