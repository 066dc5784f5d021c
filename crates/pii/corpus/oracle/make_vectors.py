#!/usr/bin/env python3
"""Makes the oracle vectors of the checks in `src/checks`: one file per check, named as
`checks::by_name` names it, one value a line behind `+` (the oracle accepts it) or `-`.

    python3 -m venv venv
    venv/bin/pip install python-stdnum==2.2 embit==0.8.0 pycryptodome==4.4.0
    venv/bin/python make_vectors.py

The same seed and versions give the same files. The verdicts are the oracles' own, not ours:
where a check is meant to differ, tests/checks/oracle.rs says so and why. The first line of each
file names its oracle. `reference` stands for identifiers that no library at hand checks: their
oracle is a few lines of Python below, written from the authority's description.

Oracles that look at today's date are told it is the end of 2099, as a check knows no date.
"""

import datetime
import pathlib
import random
import re
import string
import types

from Crypto.Hash import keccak
from embit import base58 as embit_base58
from embit import bech32 as embit_bech32
from stdnum import bitcoin, ean, iban, luhn, numdb, verhoeff
from stdnum.au import abn, acn, tfn
from stdnum.be import bis, nn
from stdnum.br import cnpj, cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.cn import ric
from stdnum.de import idnr, stnr
from stdnum.dk import cpr
from stdnum.es import cif, dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.in_ import aadhaar, pan
from stdnum.iso7064 import mod_11_2, mod_11_10, mod_97_10
from stdnum.it import codicefiscale
from stdnum.kr import rrn
from stdnum.mx import curp, rfc
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.pt import nif
from stdnum.se import personnummer
from stdnum.us import itin, rtn, ssn

HERE = pathlib.Path(__file__).parent
BASES = 110
DIGITS, UPPER = string.digits, string.ascii_uppercase

rng = random.Random(20261122)


class EndOfCentury(datetime.date):
    @classmethod
    def today(cls):
        return cls(2099, 12, 31)


for module in (nn, fodselsnummer, cpr, personnummer):
    module.datetime = types.SimpleNamespace(date=EndOfCentury)


# Pieces of identifiers.

def n(count, alphabet=DIGITS):
    return "".join(rng.choice(alphabet) for _ in range(count))


def pick(*choices):
    return rng.choice(choices)


def date(first=1900, last=2025):
    """Year, month and day; about one in eight is no date, or the edge of one."""
    if rng.random() < 0.12:
        year = rng.choice([first, 1996, 2000, 2023])
        return year, *rng.choice(
            [(2, 29), (2, 30), (4, 31), (13, 1), (0, 10), (5, 0), (12, 31), (6, 32)]
        )
    day = datetime.date(first, 1, 1) + datetime.timedelta(
        days=rng.randrange((last - first + 1) * 365)
    )
    return day.year, day.month, day.day


def yymmdd(**span):
    year, month, day = date(**span)
    return f"{year % 100:02}{month:02}{day:02}"


def solved(body, verdict, alphabet=DIGITS, places=1):
    """The body with the first check characters that the oracle accepts, or with wrong ones."""
    from itertools import product

    for check in product(alphabet, repeat=places):
        if verdict(body + "".join(check)):
            return body + "".join(check)
    return body + n(places, alphabet)


def oracle(module, **options):
    return lambda value: module.is_valid(value, **options)


# References for what no library checks.

def is_npi(value):
    return bool(re.fullmatch(r"[12][0-9]{9}", value)) and luhn.is_valid("80840" + value)


MBI_LETTER = "ACDEFGHJKMNPQRTUVWXY"


def is_mbi(value):
    a, an = f"[{MBI_LETTER}]", f"[{MBI_LETTER}0-9]"
    return bool(re.fullmatch(f"[1-9]{a}{an}[0-9]{a}{an}[0-9]{a}{a}[0-9][0-9]", value))


def is_dea(value):
    if not re.fullmatch(r"[A-HJ-NPR-UX][A-Z9][0-9]{7}", value):
        return False
    d = [int(c) for c in value[2:]]
    return d != [0] * 7 and str(d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5]))[-1] == value[-1]


def is_nino(value):
    pattern = (
        r"(?!BG|GB|NK|KN|TN|NT|ZZ)[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z][0-9]{6}[A-D]?"
    )
    return bool(re.fullmatch(pattern, value))


def is_driver_number(value):
    pattern = (
        r"(?=.{16}(?:..)?$)[A-Z]{1,5}9{0,4}([0-9])([0156])([0-9])([0-9]{2})([0-9])"
        r"(?:99|[A-Z][A-Z9])[0-9A-Z][A-Z]{2}(?:[0-9]{2})?"
    )
    # The pattern of the catalogue, which leaves surname and digits to share the first places.
    match = re.fullmatch(pattern, value)
    if not match or not re.fullmatch(r"[A-Z]{1,5}9{0,4}", value[:5]):
        return False
    if not value[5:11].isdigit():
        return False
    year = int(value[5] + value[10])
    try:
        datetime.date(2000 + year, int(value[6:8]) % 50, int(value[8:10]))
    except ValueError:
        return False
    return int(value[6:8]) <= 62


def is_postcode(value):
    # The pattern of the Cabinet Office's bulk data transfer standard.
    pattern = (
        r"GIR0AA|(?:[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]|[A-HK-Y][0-9][0-9]"
        r"|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9][ABEHMNPRVWXY]))[0-9][ABD-HJLNP-UW-Z]{2}"
    )
    return bool(re.fullmatch(pattern, value))


def is_medicare(value):
    if not re.fullmatch(r"[2-6][0-9]{9}[1-9]?", value):
        return False
    d = [int(c) for c in value]
    return (d[0] + d[4] + 3 * (d[1] + d[5]) + 7 * (d[2] + d[6]) + 9 * (d[3] + d[7])) % 10 == d[8]


def is_pension_number(value):
    if not re.fullmatch(r"[0-9]{8}[A-Z][0-9]{3}", value):
        return False
    spread = value[:8] + f"{ord(value[8]) - 64:02}" + value[9:]
    total = 0
    for digit, weight in zip(spread, "212571212121"):
        total += sum(int(c) for c in str(int(digit) * int(weight)))
    try:
        datetime.date(2000 + int(value[6:8]), int(value[4:6]), int(value[2:4]))
    except ValueError:
        return False
    return total % 10 == int(value[-1])


def is_nric(value):
    if not re.fullmatch(r"[STFGM][0-9]{7}[A-Z]", value):
        return False
    total = sum(int(c) * w for c, w in zip(value[1:], (2, 7, 6, 5, 4, 3, 2)))
    total += {"T": 4, "G": 4, "M": 3}.get(value[0], 0)
    rest = total % 11
    if value[0] in "ST":
        return value[-1] == "ABCDEFGHIZJ"[10 - rest]
    if value[0] in "FG":
        return value[-1] == "KLMNPQRTUWX"[10 - rest]
    return value[-1] == "KLJNPQRTUWX"[10 - rest]


def is_eth(value):
    if not re.fullmatch(r"0x[0-9a-fA-F]{40}", value):
        return False
    digits = value[2:]
    if digits in (digits.lower(), digits.upper()):
        return True
    return value == eip55(digits.lower())


def eip55(digits):
    digest = keccak.new(digest_bits=256, data=digits.encode()).hexdigest()
    return "0x" + "".join(
        c.upper() if int(nibble, 16) > 7 else c for c, nibble in zip(digits, digest)
    )


# Oracles of a library, where a check joins or splits what the library does.

def is_btc(value):
    if value[:3].lower() == "bc1":
        return embit_bech32.decode("bc", value) != (None, None)
    return bitcoin.is_valid(value)


def is_card(value):
    return 12 <= len(value) <= 19 and luhn.is_valid(value)


def is_es_nif(value):
    # K, L and M: the library of the tax numbers checks them as the identity card's.
    return len(value) == 9 and dni.is_valid(("0" if value[0] in "KLM" else value[0]) + value[1:])


def is_swedish(value):
    # The library does not know coordination numbers: it gets the number of their date, with the
    # check digit changed by as much.
    if not re.fullmatch(r"(?:[0-9]{2})?[0-9]{6}[0-9]{4}|[0-9]{6}[-+][0-9]{4}", value):
        return False
    digits = re.sub("[-+]", "", value)
    day = int(digits[-6:-4])
    if day <= 60:
        return personnummer.is_valid(value)
    if not luhn.is_valid(digits[-10:]):
        return False
    plain = f"{digits[:-6]}{day - 60:02}{digits[-4:-1]}"
    plain += luhn.calc_check_digit(plain[-9:])
    return personnummer.is_valid(plain if len(digits) == 12 else plain[:6] + "-" + plain[6:])


def is_resident_id(value):
    # The library also asks whether the county existed when the person was born.
    if not re.fullmatch(r"[0-9]{17}[0-9X]", value) or value[-1] != ric.calc_check_digit(value):
        return False
    try:
        ric.get_birth_date(value)
    except Exception:
        return False
    return value[:2] in PROVINCES


def is_rrn(value):
    # Without the check digit, which numbers since October 2020 do not have.
    if not re.fullmatch(r"[0-9]{13}", value):
        return False
    try:
        return bool(rrn.get_birth_date(value))
    except Exception:
        return False


PROVINCES = {
    f"{code:02}" for code in range(11, 92) if numdb.get("cn/loc").info(f"{code:02}0101")[0][1]
}


# One row per check: the oracle's name, its verdict, and a maker of values that it mostly accepts.

def iban_value():
    country = rng.choice(IBAN_COUNTRIES)
    body = ""
    for count, kind in re.findall(r"(\d+)!([nac])", IBAN_STRUCTURE[country]):
        alphabet = {"n": DIGITS, "a": UPPER, "c": DIGITS + UPPER}[kind]
        body += n(int(count), alphabet)
    return country + mod_97_10.calc_check_digits(body + country) + body


def read_iban_structures():
    lines = (pathlib.Path(iban.__file__).parent / "iban.dat").read_text().splitlines()
    rows = (re.match(r'([A-Z]{2}) .*bban="([^"]+)"', line) for line in lines)
    return {row[1]: row[2] for row in rows if row}


IBAN_STRUCTURE = read_iban_structures()
IBAN_COUNTRIES = sorted(IBAN_STRUCTURE)


def base58_address():
    payload = bytes([pick(0, 5, 0, 5, 111)]) + rng.randbytes(20)
    return embit_base58.encode_check(payload)


def segwit_address():
    version = pick(0, 0, 1, 1, 2, 16)
    length = pick(20, 32) if version == 0 else pick(32, 32, 2, 40)
    address = embit_bech32.encode("bc", version, rng.randbytes(length))
    return pick(address, address, address.upper())


def eth_address():
    digits = rng.randbytes(20).hex()
    return pick(eip55(digits), eip55(digits), "0x" + digits, "0x" + digits.upper())


def card_value():
    prefix, length = pick(
        ("4", 16), ("4", 13), ("4", 19), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16),
        ("34", 15), ("37", 15), ("36", 14), ("305", 16), ("3528", 16), ("3589", 19),
        ("6011", 16), ("644", 16), ("65", 19), ("62", 16), ("5018", 12), ("6759", 18), ("2200", 16),
    )  # fmt: skip
    body = prefix + n(length - len(prefix) - 1)
    return body + luhn.calc_check_digit(body)


def swedish_value():
    year, month, day = date(1900, 2025)
    day += 60 * (rng.random() < 0.2)
    short = f"{year % 100:02}{month:02}{day:02}" + n(3)
    short += luhn.calc_check_digit(short)
    return pick(short, f"{year // 100}{short}", f"{short[:6]}-{short[6:]}", f"{short[:6]}+{short[6:]}")


def norwegian_value():
    year, month, day = date(1900, 2025)
    day += 40 * (rng.random() < 0.2)
    month += 40 * (rng.random() < 0.1)
    serial = f"{rng.randrange(500):03}" if year < 2000 else f"{rng.randrange(500, 1000)}"
    body = f"{day:02}{month:02}{year % 100:02}{serial}"
    return solved(body, oracle(fodselsnummer), places=2)


def finnish_value():
    year, month, day = date(1850, 2025)
    sign = rng.choice({18: "+", 19: "-YXWVU", 20: "ABCDEF"}[year // 100])
    body = f"{day:02}{month:02}{year % 100:02}{sign}{rng.randrange(0, 905):03}"
    check = hetu._calc_checksum(body[:6] + body[7:])
    return body + check


def belgian_value():
    year, month, day = date(1900, 2025)
    month += pick(0, 0, 0, 20, 40)
    body = f"{year % 100:02}{month:02}{day:02}{rng.randrange(1, 999):03}"
    whole = int(("2" if year >= 2000 else "") + body)
    return f"{body}{97 - whole % 97:02}"


def polish_value():
    year, month, day = date(1800, 2100)
    month += {18: 80, 19: 0, 20: 20, 21: 40}[year // 100]
    body = f"{year % 100:02}{month:02}{day:02}{n(4)}"
    return body + pesel.calc_check_digit(body)


def danish_value():
    year, month, day = date(1900, 2025)
    return f"{day:02}{month:02}{year % 100:02}{n(4)}"


def french_value():
    sex = pick("1", "2", "1", "2", "7", "9")
    month = pick("01", "12", "06", "20", "31", "50", "13", "00")
    place = pick("2A", "2B", n(2), n(2), n(2), "99", "00")
    body = sex + n(2) + month + place + pick(n(3), n(3), n(3), "000") + pick(n(3), n(3), "000")
    return body + nir.calc_check_digits(body)


def italian_value():
    year, month, day = date(1920, 2019)
    day += pick(0, 40)
    letter = (" ABCDEHLMPRST" + "F")[month]
    code = list(f"{n(6, UPPER)}{year % 100:02}{letter}{day:02}{n(1, UPPER)}{n(3)}".replace(" ", "A"))
    if rng.random() < 0.3:
        for place in rng.sample((6, 7, 9, 10, 12, 13, 14), 3):
            code[place] = "LMNPQRSTUV"[int(code[place])]
    code = "".join(code)
    return code + codicefiscale.calc_check_digit(code)


def curp_value():
    year, month, day = date(1930, 2025)
    tell = n(1) if year < 2000 else n(1, UPPER)
    body = n(4, UPPER) + f"{year % 100:02}{month:02}{day:02}" + pick("H", "M", "H", "M", "X")
    body += rng.choice(sorted(curp._valid_states)) + n(3, "BCDFGHJKLMNPQRSTVWXYZ") + tell
    return body + curp.calc_check_digit(body)


def rfc_value():
    body = n(pick(3, 4), UPPER) + yymmdd() + n(2, DIGITS + UPPER)
    return pick(body + rfc.calc_check_digit(body), body + n(1))


def korean_value():
    year, month, day = date(1900, 2025)
    body = f"{year % 100:02}{month:02}{day:02}{pick(1, 2, 5, 6) if year < 2000 else pick(3, 4, 7, 8)}"
    body += f"{rng.randrange(0, 99):02}" + n(3)
    return body + rrn.calc_check_digit(body)


def chinese_value():
    year, month, day = date(1930, 2025)
    province = rng.choice(sorted(PROVINCES)) if rng.random() < 0.9 else n(2)
    body = province + n(4) + f"{year}{month:02}{day:02}" + n(3)
    return body + ric.calc_check_digit(body + "0")


def pension_value():
    year, month, day = date(1930, 2009)
    body = pick("65", "02", "13", "53", "89", n(2)) + f"{day:02}{month:02}{year % 100:02}"
    return solved(body + n(1, UPPER) + n(2), is_pension_number)


def driver_value():
    year, month, day = date(1930, 2008)
    month += pick(0, 50)
    surname = n(rng.randrange(1, 6), UPPER).ljust(5, "9")
    born = f"{year % 100 // 10}{month:02}{day:02}{year % 10}"
    initials = pick(n(2, UPPER), n(1, UPPER) + "9", "99")
    return surname + born + initials + n(1, "98765A") + n(2, UPPER) + pick("", "", n(2))


def postcode_value():
    area = pick("SW", "M", "EC", "CR", "B", "DN", "W", "N", "G", "EH", "L", "YO", "QX", "VA", "ZE")
    district = pick(n(1, "123456789"), n(1, "123456789") + n(1), "1" + n(1, UPPER))
    return area + district + n(1) + n(2, UPPER)


def repetitive_tax_id():
    digits = rng.sample(DIGITS, 9)
    digits.insert(rng.randrange(10), rng.choice(digits))
    if rng.random() < 0.3:
        digits[rng.randrange(10)] = max(digits, key=digits.count)
    body = "".join(digits)
    return body + mod_11_10.calc_check_digit(body)


def german_tax_number():
    federal = pick("28", "9", "11", "30", "24", "22", "26", "40", "23", "5", "27", "10", "32", "31", "21", "41", "77")
    rest = (federal + n(3))[:4] + pick("0", "0", "0", "7") + n(8)
    return pick(rest, n(10), n(11))


def weighed(length, verdict, first=DIGITS):
    return lambda: solved(n(1, first) + n(length - 2), verdict)


ROWS = {
    "luhn": ("python-stdnum luhn", oracle(luhn), weighed(14, oracle(luhn))),
    "verhoeff": ("python-stdnum verhoeff", oracle(verhoeff), weighed(11, oracle(verhoeff))),
    "mod97": ("python-stdnum iso7064.mod_97_10", oracle(mod_97_10), lambda: (b := n(9, DIGITS + "ABC")) + mod_97_10.calc_check_digits(b)),
    "mod11_10": ("python-stdnum iso7064.mod_11_10", oracle(mod_11_10), weighed(10, oracle(mod_11_10))),
    "mod11_2": ("python-stdnum iso7064.mod_11_2", oracle(mod_11_2), lambda: (b := n(10)) + mod_11_2.calc_check_digit(b)),
    "ean": ("python-stdnum ean", oracle(ean), weighed(13, oracle(ean))),
    "card": ("python-stdnum luhn", is_card, card_value),
    "iban": ("python-stdnum iban", oracle(iban, check_country=False), iban_value),
    "aba_routing": ("python-stdnum us.rtn", oracle(rtn), weighed(9, oracle(rtn), "001236")),
    "btc": ("python-stdnum bitcoin, embit bech32", is_btc, lambda: pick(base58_address, segwit_address)()),
    "eth": ("pycryptodome keccak, by EIP-55", is_eth, eth_address),
    "us_ssn": ("python-stdnum us.ssn", oracle(ssn), lambda: pick(n(9), n(9), n(3) + "00" + n(4), n(5) + "0000", "666" + n(6), "000" + n(6), n(1) * 9, "078051120")),
    "us_itin": ("python-stdnum us.itin", oracle(itin), lambda: pick("9", "9", "9", "8") + n(8)),
    "us_npi": ("reference, with python-stdnum luhn", is_npi, weighed(10, is_npi, "123")),
    "us_mbi": ("reference", is_mbi, lambda: n(1, "123456789") + n(1, MBI_LETTER) + n(1, MBI_LETTER + DIGITS) + n(1) + n(1, MBI_LETTER) + n(1, MBI_LETTER + DIGITS) + n(1) + n(2, MBI_LETTER + "S") + n(2)),
    "us_dea": ("reference", is_dea, lambda: solved(n(1, UPPER) + n(1, UPPER + "99") + n(6), is_dea)),
    "uk_nhs": ("python-stdnum gb.nhs", oracle(nhs), lambda: pick(solved(n(9), oracle(nhs)), solved(n(9), oracle(nhs)), n(1) * 10)),
    "uk_nino": ("reference", is_nino, lambda: n(2, UPPER) + n(6) + pick("A", "B", "C", "D", "", "E")),
    "uk_driving_licence": ("reference", is_driver_number, driver_value),
    "uk_postcode": ("reference", is_postcode, postcode_value),
    "ca_sin": ("python-stdnum ca.sin", oracle(sin), weighed(9, oracle(sin))),
    "au_tfn": ("python-stdnum au.tfn", oracle(tfn), lambda: solved(n(pick(7, 8, 8)), oracle(tfn))),
    "au_abn": ("python-stdnum au.abn", oracle(abn), lambda: abn.calc_check_digits(b := n(9)) + b),
    "au_acn": ("python-stdnum au.acn", oracle(acn), weighed(9, oracle(acn))),
    "au_medicare": ("reference", is_medicare, lambda: solved(n(1, "23456") + n(7), lambda v: is_medicare(v + "1")) + pick("1", "2", "11", "29", "10")),
    "in_aadhaar": ("python-stdnum in_.aadhaar", oracle(aadhaar), weighed(12, oracle(aadhaar))),
    "in_pan": ("python-stdnum in_.pan", oracle(pan), lambda: n(3, UPPER) + pick("P", "C", n(1, UPPER)) + n(1, UPPER) + pick(n(4), n(4), "0000") + n(1, UPPER)),
    "de_tax_id": ("python-stdnum de.idnr", oracle(idnr), repetitive_tax_id),
    "de_tax_number": ("python-stdnum de.stnr", oracle(stnr), german_tax_number),
    "de_social_security": ("reference", is_pension_number, pension_value),
    "fr_nir": ("python-stdnum fr.nir", oracle(nir), french_value),
    "es_nif": ("python-stdnum es.dni", is_es_nif, lambda: (b := pick("K", "L", "M", n(1), n(1), n(1))) + (c := n(7)) + dni.calc_check_digit(("0" if b in "KLM" else b) + c)),
    "es_nie": ("python-stdnum es.nie", oracle(nie), lambda: (b := pick("X", "Y", "Z") + n(7)) + nie.calc_check_digit(b)),
    "es_cif": ("python-stdnum es.cif", oracle(cif), lambda: (b := n(1, "ABCDEFGHJNPQRSUVW") + n(7)) + rng.choice(cif.calc_check_digits(b))),
    "it_fiscal_code": ("python-stdnum it.codicefiscale", lambda v: len(v) == 16 and codicefiscale.is_valid(v), italian_value),
    "pt_nif": ("python-stdnum pt.nif", oracle(nif), weighed(9, oracle(nif))),
    "nl_bsn": ("python-stdnum nl.bsn", oracle(bsn), weighed(9, oracle(bsn))),
    "be_national_number": ("python-stdnum be.nn, be.bis", lambda v: nn.is_valid(v) or bis.is_valid(v), belgian_value),
    "ch_ahv": ("python-stdnum ch.ssn", oracle(ahv), lambda: (b := pick("756", "756", "756", "757") + n(9)) + ean.calc_check_digit(b)),
    "se_personnummer": ("python-stdnum se.personnummer", is_swedish, swedish_value),
    "no_fodselsnummer": ("python-stdnum no.fodselsnummer", oracle(fodselsnummer), norwegian_value),
    "dk_cpr": ("python-stdnum dk.cpr", oracle(cpr), danish_value),
    "fi_personal_identity_code": ("python-stdnum fi.hetu", oracle(hetu), finnish_value),
    "pl_pesel": ("python-stdnum pl.pesel", oracle(pesel), polish_value),
    "br_cpf": ("python-stdnum br.cpf", oracle(cpf), lambda: (b := pick(n(9), n(9), n(9), n(1) * 9)) + cpf._calc_check_digits(b)),
    "br_cnpj": ("python-stdnum br.cnpj", oracle(cnpj), lambda: (b := pick(n(8) + "0001", n(12, DIGITS + UPPER), "00000000" + n(4))) + cnpj.calc_check_digits(b)),
    "mx_curp": ("python-stdnum mx.curp", oracle(curp), curp_value),
    "mx_rfc": ("python-stdnum mx.rfc", oracle(rfc), rfc_value),
    "mx_rfc_check_digit": ("python-stdnum mx.rfc", oracle(rfc, validate_check_digits=True), rfc_value),
    "kr_rrn": ("python-stdnum kr.rrn, its date only", is_rrn, korean_value),
    "kr_rrn_check_digit": ("python-stdnum kr.rrn", oracle(rrn), korean_value),
    "sg_nric_fin": ("reference", is_nric, lambda: solved(n(1, "STFGM") + n(7), is_nric, UPPER)),
    "cn_resident_id": ("python-stdnum cn.ric, without its counties", is_resident_id, chinese_value),
}


# The neighbours of a value, of which most are wrong.

def substituted(value, first=0):
    place = rng.randrange(first, len(value))
    old = value[place]
    alphabet = DIGITS if old.isdigit() else UPPER if old.isupper() else string.ascii_lowercase
    if not old.isalnum():
        return value[:place] + pick("/", "-", "+", " ") + value[place + 1 :]
    return value[:place] + rng.choice(alphabet.replace(old, "")) + value[place + 1 :]


def swapped(value, first=0):
    place = rng.randrange(first, len(value) - 1)
    return value[:place] + value[place + 1] + value[place] + value[place + 2 :]


def resized(value):
    place = rng.randrange(len(value))
    return pick(value[:place] + value[place + 1 :], value + value[-1], "0" + value, value[:place] + "O" + value[place:])


def vectors(name, verdict, make):
    # The oracle of cards knows no issuers: their first digits stay as they are.
    first, count = (6, BASES) if name == "card" else (0, BASES)
    values = []
    for index in range(count):
        value = make()
        values += [value, substituted(value, first), swapped(value, first)]
        if name != "card" and index % 3 == 0:
            values.append(resized(value))
    return [(value, bool(verdict(value))) for value in dict.fromkeys(values)]


def main():
    for name, (described, verdict, make) in ROWS.items():
        rng.seed(name)
        rows = vectors(name, verdict, make)
        accepted = sum(verdict for _, verdict in rows)
        lines = [f"# oracle: {described}"] + [f"{'-+'[verdict]}{value}" for value, verdict in rows]
        (HERE / f"{name}.txt").write_text("\n".join(lines) + "\n")
        print(f"{name}: {accepted} of {len(rows)} accepted")


if __name__ == "__main__":
    main()
