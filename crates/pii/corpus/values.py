"""Made-up values of every entity, in the groupings people write.

Owns the shapes: each function takes a seeded `random.Random` and returns one value, written in one
of the ways in which it is met. Check digits come from independent libraries (python-stdnum,
phonenumbers, schwifty, base58, bech32), or are proved against them where a library only validates;
the few schemes that no library knows are computed here from their published rule.

Knows nothing of sentences and labels, and nothing of the engine that the corpus judges.
"""

import base64
import string

import base58
import bech32
import phonenumbers
from Crypto.Hash import keccak
from schwifty import IBAN
from stdnum import ean, iban as stdnum_iban, luhn, verhoeff
from stdnum.au import abn, acn, tfn
from stdnum.be import nn
from stdnum.br import cnpj, cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.cn import ric
from stdnum.de import idnr, stnr
from stdnum.dk import cpr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.in_ import aadhaar, pan
from stdnum.it import codicefiscale
from stdnum.kr import rrn
from stdnum.mx import curp, rfc
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.pt import nif as pt_nif
from stdnum.se import personnummer
from stdnum.us import itin, rtn, ssn

NBSP = "\u00a0"
UPPER = string.ascii_uppercase
ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


# --- small tools -------------------------------------------------------------------------------


def digits(rng, count, first="0123456789"):
    """`count` digits, the first out of `first`."""
    return rng.choice(first) + "".join(rng.choice(string.digits) for _ in range(count - 1))


def chars(rng, count, alphabet=ALNUM):
    return "".join(rng.choice(alphabet) for _ in range(count))


def group(text, sizes, separator):
    """`text` cut into pieces of `sizes` characters; what is left over is the last piece."""
    pieces, at = [], 0
    for size in sizes:
        pieces.append(text[at : at + size])
        at += size
    if at < len(text):
        pieces.append(text[at:])
    return separator.join(piece for piece in pieces if piece)


def grouped(rng, text, sizes, separators=" -.", compact=0.3):
    """`text` compact or in groups, by chance."""
    if rng.random() < compact:
        return text
    return group(text, sizes, rng.choice(separators))


def until(valid, make):
    """The first value that an oracle accepts: for schemes without a function for the digit."""
    for _ in range(100_000):
        value = make()
        if valid(value):
            return value
    raise AssertionError(f"no value satisfies {valid}")


def sometimes_lower(rng, text, share=0.12):
    return text.lower() if rng.random() < share else text


def date(rng, first=1935, last=2006):
    return rng.randint(first, last), rng.randint(1, 12), rng.randint(1, 28)


def yymmdd(when):
    return f"{when[0] % 100:02}{when[1]:02}{when[2]:02}"


def ddmmyy(when):
    return f"{when[2]:02}{when[1]:02}{when[0] % 100:02}"


# --- money -------------------------------------------------------------------------------------

CARD_RANGES = [  # (prefixes, length, weight)
    (["4"], 16, 12),
    (["4"], 13, 1),
    (["4"], 19, 1),
    ([str(n) for n in range(51, 56)], 16, 8),
    ([str(n) for n in (2221, 2230, 2300, 2345, 2500, 2612, 2699, 2719, 2720)], 16, 4),
    (["34", "37"], 15, 5),
    (["6011", "65", "644", "647", "649"], 16, 3),
    (["36", "38", "300", "305"], 14, 2),
    (["3528", "3545", "3589"], 16, 2),
    (["62", "6216", "6228"], 16, 2),
    (["62"], 19, 1),
    (["5018", "5020", "5038", "6304", "6759", "6761"], 16, 1),
    (["6759", "6304"], 18, 1),
    (["5018", "6304"], 12, 1),
    (["2200", "2204"], 16, 1),
]
TEST_CARDS = [
    "4111111111111111", "4242424242424242", "5555555555554444", "378282246310005",
    "6011111111111117", "30569309025904", "3530111333300000", "2223003122003222",
    "4012888888881881", "5105105105105100", "371449635398431", "4222222222222",
]


def card_digits(rng, only16=False):
    if not only16 and rng.random() < 0.12:
        return rng.choice(TEST_CARDS)
    choices = [r for r in CARD_RANGES if not only16 or r[1] == 16]
    prefixes, length, _ = rng.choices(choices, [r[2] for r in choices])[0]
    body = rng.choice(prefixes)
    body += digits(rng, length - 1 - len(body))
    return body + luhn.calc_check_digit(body)


def card_groups(number):
    return {15: (4, 6, 5), 14: (4, 6, 4)}.get(len(number), (4, 4, 4, 4, 4))


def credit_card(rng):
    number = card_digits(rng)
    assert luhn.is_valid(number)
    return grouped(rng, number, card_groups(number), [*5 * [" "], *3 * ["-"], ".", NBSP], 0.35)


def cvv(rng):
    return digits(rng, rng.choice([3, 3, 3, 4]))


def card_expiry(rng):
    month, year = rng.randint(1, 12), rng.randint(26, 34)
    return rng.choice([
        f"{month:02}/{year}", f"{month:02}/{year}", f"{month:02}/20{year}", f"{month:02}-{year}",
        f"{month}/{year}", f"{month:02} / {year}", f"{month:02}-20{year}", f"{month:02}.20{year}",
    ])


IBAN_COUNTRIES = [
    "DE", "DE", "FR", "ES", "IT", "PT", "NL", "BE", "AT", "CH", "GB", "GB", "IE", "PL", "SE", "NO",
    "DK", "FI", "LU", "CZ", "GR", "HU", "TR", "SA", "AE", "BR", "MT", "LT", "RO", "EE", "HR", "SI",
]


def iban(rng, country=None):
    country = country or rng.choice(IBAN_COUNTRIES)
    # One library makes it, the other one checks the country's format again; for Brazil the first
    # one draws letters where the bank's digits belong.
    if country == "BR":
        body = f"{digits(rng, 23)}{rng.choice('CP')}{rng.choice('12')}"
        value = f"BR{stdnum_iban.calc_check_digits('BR00' + body)}{body}"
        assert stdnum_iban.is_valid(value)
    else:
        value = until(stdnum_iban.is_valid,
                      lambda: str(IBAN.random(country, random=rng, use_registry=False)))
    if rng.random() < 0.06:
        value = value.lower()
    return grouped(rng, value, (4,) * 8, [" ", " ", " ", "-", NBSP], 0.4)


def us_bank_number(rng):
    return digits(rng, rng.choice([8, 9, 10, 10, 11, 12, 12, 13, 14, 17]))


def aba_routing_number(rng):
    body = rng.choice(["01", "02", "03", "05", "06", "07", "09", "10", "11", "12", "21", "26", "31",
                       "32"]) + digits(rng, 6)
    value = body + rtn.calc_check_digit(body)
    assert rtn.is_valid(value)
    return grouped(rng, value, (4, 4, 1), [" ", "-"], 0.85)


def uk_sort_code(rng):
    value = rng.choice(["20", "40", "60", "30", "09", "11", "07", "77", "23", "04", "82"])
    value += digits(rng, 4)
    return grouped(rng, value, (2, 2, 2), ["-", "-", "-", " "], 0.15)


def uk_account(rng):
    value = digits(rng, 8, "1234567890")
    return grouped(rng, value, (4, 4), [" "], 0.9)


def _segwit(rng, version, length, checksum_of):
    program = bytes(rng.randrange(256) for _ in range(length))
    data = [version] + bech32.convertbits(program, 8, 5)
    values = bech32.bech32_hrp_expand("bc") + data
    polymod = bech32.bech32_polymod(values + [0] * 6) ^ checksum_of
    checksum = [(polymod >> 5 * (5 - i)) & 31 for i in range(6)]
    charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    return "bc1" + "".join(charset[d] for d in data + checksum)


def eth_address(rng):
    raw = chars(rng, 40, HEX)
    digest = keccak.new(digest_bits=256, data=raw.encode()).hexdigest()
    return "0x" + "".join(c.upper() if int(h, 16) >= 8 else c for c, h in zip(raw, digest))


def crypto(rng):
    kind = rng.randrange(7)
    payload = bytes(rng.randrange(256) for _ in range(20))
    if kind in (0, 1):
        return base58.b58encode_check(b"\x00" + payload).decode()
    if kind == 2:
        return base58.b58encode_check(b"\x05" + payload).decode()
    if kind == 3:
        value = _segwit(rng, 0, rng.choice([20, 20, 32]), 1)
        assert bech32.decode("bc", value)[0] == 0
        return value
    if kind == 4:
        return _segwit(rng, 1, 32, 0x2BC830A3)
    value = eth_address(rng)
    return value.lower() if rng.random() < 0.3 else value


# --- contact and network -----------------------------------------------------------------------

GIVEN = ("anna joe maria lukas sofie pedro jan ewa ola kwame priya chen fatima luca elena tom "
         "chloe hugo ines mats aino pavel yuki dana omar lea nils rosa ivan greta").split()
FAMILY = ("smith mueller garcia rossi dupont silva jansen kowalska lind okafor patel wang haddad "
          "bianchi moreau berg costa novak tanaka brown fischer ortiz conti lefevre nilsen virtanen "
          "murphy schulz romero weber").split()
MAIL_DOMAINS = (
    "example.com example.org example.net gmail.com outlook.com yahoo.co.uk web.de gmx.net "
    "orange.fr libero.it sapo.pt wp.pl telia.com uol.com.br hotmail.es icloud.com proton.me "
    "mail.example.co.uk kundenservice.example.de naver.com qq.com bluewin.ch student.uni-mitte.de "
    "acme-tools.io north.travel bigpond.com.au rediffmail.com ziggo.nl email.com"
).split()


def email_local(rng):
    given, family = rng.choice(GIVEN), rng.choice(FAMILY)
    return rng.choice([
        f"{given}.{family}", f"{given[0]}{family}{rng.randint(1, 999)}", f"{given}_{family}",
        f"{given}", f"{given}.{family}+shop", f"{family}-{given}", f"{given}{rng.randint(50, 99)}",
        f"{given}.{given[0]}.{family}", f"{given}{family}", f"{family}.{rng.randint(1, 99)}",
    ])


def email(rng):
    value = f"{email_local(rng)}@{rng.choice(MAIL_DOMAINS)}"
    if rng.random() < 0.08:
        value = rng.choice([value.upper(), value.title()])
    return value


PHONE_REGIONS = (
    "US US US GB GB DE DE FR ES IT PT NL BE CH AT SE NO DK FI PL IE CA MX BR AR CL CO AU NZ IN SG "
    "HK JP KR CN ZA NG KE EG IL TR GR CZ HU RO UA AE SA PH TH"
).split()
PHONE_TYPES = [phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE]


def phone_number(rng, region=None):
    """A parsed number that libphonenumber takes for valid, varied from its own example."""
    region = region or rng.choice(PHONE_REGIONS)
    sample = phonenumbers.example_number_for_type(region, rng.choice(PHONE_TYPES))
    national = phonenumbers.national_significant_number(sample)

    def vary():
        keep = len(national) - rng.choice([4, 5, 6])
        digits_ = national[:keep] + digits(rng, len(national) - keep)
        number = phonenumbers.PhoneNumber(country_code=sample.country_code)
        number.national_number = int(digits_)
        number.italian_leading_zero = sample.italian_leading_zero
        number.number_of_leading_zeros = sample.number_of_leading_zeros
        return number

    return until(phonenumbers.is_valid_number, vary)


def phone_international(rng, region=None):
    number = phone_number(rng, region)
    style = rng.randrange(8)
    text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    if style == 0:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if style == 1:
        return text.replace("+", "00", 1)
    if style == 2:
        return text.replace("-", " ").replace(" ", "-")
    if style == 3:
        return text.replace("-", " ").replace(" ", ".")
    if style == 4 and number.country_code in (44, 49):
        head, _, rest = text.partition(" ")
        return f"{head} (0) {rest}"
    return text


def phone_us(rng):
    area, middle, line = digits(rng, 3, "2345679"), digits(rng, 3, "23456789"), digits(rng, 4)
    number = phonenumbers.parse(area + middle + line, "US")
    if not phonenumbers.is_valid_number(number):
        return phone_us(rng)
    return rng.choice([
        f"({area}) {middle}-{line}", f"{area}-{middle}-{line}", f"{area}.{middle}.{line}",
        f"({area}){middle}-{line}", f"1-{area}-{middle}-{line}", f"{area} {middle} {line}",
        f"({area}) {middle}-{line} ext. {rng.randint(10, 999)}",
        f"{area}-{middle}-{line} x{rng.randint(10, 9999)}",
    ])


def phone_national(rng, region=None):
    """As the country's people write it; clear to a reader only beside a label."""
    number = phone_number(rng, region)
    text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    style = rng.randrange(5)
    if style == 0:
        return text.replace(" ", "").replace("-", "")
    if style == 1 and number.country_code == 49:
        return text.replace(" ", "/", 1)
    if style == 2 and number.country_code in (33, 32):
        return text.replace(" ", ".")
    return text


def ip_address(rng):
    kind = rng.randrange(10)
    if kind < 6:
        first = rng.choice([23, 31, 46, 52, 62, 78, 81, 84, 93, 104, 141, 176, 188, 203, 212])
        return ".".join([str(first)] + [str(rng.randint(0, 254)) for _ in range(2)]
                        + [str(rng.randint(1, 254))])
    if kind == 6:
        return rng.choice([f"192.168.{rng.randint(0, 99)}.{rng.randint(2, 250)}",
                           f"10.{rng.randint(0, 250)}.{rng.randint(0, 250)}.{rng.randint(2, 250)}",
                           f"172.{rng.randint(16, 31)}.{rng.randint(0, 250)}.{rng.randint(2, 250)}"])
    words = [f"{rng.randrange(0x10000):x}" for _ in range(8)]
    words[0] = rng.choice(["2001", "2a02", "2003", "2600", "2a01"])
    if kind == 7:
        return ":".join(words)
    if kind == 8:
        return ":".join(words[:4]) + "::" + words[7]
    return rng.choice([":".join(words[:3]) + "::" + words[7], "fe80::" + ":".join(words[4:])])


def mac_address(rng):
    octets = [f"{rng.randrange(256):02x}" for _ in range(6)]
    octets[0] = f"{rng.randrange(64) * 4:02x}"
    value = rng.choice([":", ":", "-"]).join(octets)
    if rng.random() < 0.15:
        value = group("".join(octets), (4, 4, 4), ".")
    return value.upper() if rng.random() < 0.5 else value


def jwt(rng):
    def part(text):
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    header = part('{"alg":"%s","typ":"JWT"}' % rng.choice(["HS256", "RS256", "ES256"]))
    body = part('{"sub":"%s","iat":17%s}' % (digits(rng, 10, "123"), digits(rng, 8)))
    return f"{header}.{body}.{chars(rng, 43, ALNUM + '-_')}"


def url(rng):
    host = rng.choice(["shop.example.com", "portal.example.org", "login.acme-tools.io", "example.net",
                       "files.example.co.uk", "mein-konto.example.de", "api.north.travel"])
    token = chars(rng, rng.choice([24, 32, 40]))
    user = rng.choice(GIVEN)
    return rng.choice([
        f"https://{user}:{password(rng, url_safe=True)}@{host}/admin",
        f"ftp://{user}:{password(rng, url_safe=True)}@{host}/export/{rng.randint(1, 99)}.csv",
        f"postgres://app:{password(rng, url_safe=True)}@db.{host}:5432/orders",
        f"mongodb+srv://svc:{password(rng, url_safe=True)}@cluster0.{host}/crm",
        f"redis://:{password(rng, url_safe=True)}@cache.{host}:6379/0",
        f"amqp://{user}:{password(rng, url_safe=True)}@mq.{host}/events",
        f"https://{host}/reset-password?token={token}",
        f"https://{host}/reset?code={token}&lang=en",
        f"https://{host}/verify?email={user}.{rng.choice(FAMILY)}%40example.com",
        f"https://{host}/unsubscribe?email={user}{rng.randint(1, 99)}@example.org&list=7",
        f"https://{host}/callback#access_token={token}&token_type=bearer",
        f"https://{host}/api/v2/orders?api_key={chars(rng, 32, HEX)}",
        f"https://{host}/login?session_id={chars(rng, 32, HEX)}",
        f"https://{host}/password/reset/{token}",
        f"https://{host}/invite/accept?invitation_token={token}",
        f"https://{host}/magic-link?auth={jwt(rng)}",
        f"https://acmestore.blob.core.windows.net/docs/bill.pdf?sv=2023-01-03&se=2026-01-31T00%3A00%3A00Z"
        f"&sr=b&sp=r&sig={chars(rng, 43)}%3D",
        f"https://acme-exports.s3.amazonaws.com/u.csv?X-Amz-Expires=900&X-Amz-Signature="
        f"{chars(rng, 64, HEX)}",
        f"https://hooks.slack.com/services/T{chars(rng, 8, UPPER)}/B{chars(rng, 8, UPPER)}/"
        f"{chars(rng, 24)}",
    ])


# --- identity documents ------------------------------------------------------------------------


def us_ssn_digits(rng):
    return until(ssn.is_valid, lambda: f"{rng.randint(1, 899):03}{rng.randint(1, 99):02}"
                                       f"{rng.randint(1, 9999):04}")


def us_ssn(rng):
    return grouped(rng, us_ssn_digits(rng), (3, 2, 4), ["-", "-", "-", " ", "."], 0.2)


def us_itin(rng):
    value = until(itin.is_valid, lambda: f"9{digits(rng, 2)}{rng.choice(range(70, 89))}"
                                         f"{digits(rng, 4)}")
    return grouped(rng, value, (3, 2, 4), ["-", "-", "-", " "], 0.2)


def us_passport(rng):
    return digits(rng, 9, "123456") if rng.random() < 0.6 else rng.choice("ACXYZ") + digits(rng, 8)


def us_driver_license(rng):
    return rng.choice([
        lambda: rng.choice(UPPER) + digits(rng, 7),  # California
        lambda: group(rng.choice(UPPER) + digits(rng, 12), (4, 3, 2, 3, 1), "-"),  # Florida
        lambda: group(rng.choice(UPPER) + digits(rng, 11), (4, 4, 4), "-"),  # Illinois
        lambda: digits(rng, 8, "123"),  # Texas
        lambda: group(digits(rng, 9), (3, 3, 3), rng.choice([" ", "-"])),  # New York
        lambda: rng.choice(UPPER) + digits(rng, 12),  # Michigan, Minnesota
        lambda: rng.choice(UPPER) + digits(rng, 8),  # Massachusetts
        lambda: chars(rng, 2, UPPER) + digits(rng, 6),  # Ohio
    ])()


def dea_number(rng):
    body = digits(rng, 6)
    total = sum(map(int, body[0::2])) + 2 * sum(map(int, body[1::2]))
    return rng.choice("ABFGMPR") + rng.choice(UPPER) + body + str(total % 10)


def us_mbi(rng):
    letters = "ACDEFGHJKMNPQRTUVWXY"
    both = letters + string.digits
    shape = ["123456789", letters, both, string.digits, letters, both, string.digits, letters,
             letters, string.digits, string.digits]
    value = "".join(rng.choice(alphabet) for alphabet in shape)
    return grouped(rng, sometimes_lower(rng, value), (4, 3, 4), ["-", "-", " "], 0.4)


def us_npi(rng):
    body = digits(rng, 9, "12")
    return body + luhn.calc_check_digit("80840" + body)


def uk_nhs(rng):
    value = until(nhs.is_valid, lambda: digits(rng, 10, "4679"))
    return grouped(rng, value, (3, 3, 4), [" ", " ", "-"], 0.25)


def uk_nino(rng):
    prefix = until(
        lambda p: p not in ("BG", "GB", "NK", "KN", "TN", "NT", "ZZ"),
        lambda: rng.choice("ABCEGHJKLMNOPRSTWXYZ") + rng.choice("ABCEGHJKLMNPRSTWXYZ"),
    )
    value = prefix + digits(rng, 6) + rng.choice("ABCD")
    return grouped(rng, sometimes_lower(rng, value), (2, 2, 2, 2, 1), [" ", " ", "-"], 0.4)


def uk_passport(rng):
    return digits(rng, 9, "123456789")


def uk_driving_licence(rng):
    surname = (rng.choice(FAMILY).upper() + "99999")[:5]
    year, month, day = date(rng)
    month += rng.choice([0, 50])
    value = (f"{surname}{year // 10 % 10}{month:02}{day:02}{year % 10}{rng.choice(UPPER)}"
             f"{rng.choice(UPPER + '9')}{rng.choice('9982')}{chars(rng, 2, UPPER)}")
    return grouped(rng, sometimes_lower(rng, value, 0.06), (5, 6, 5), [" "], 0.7)


def uk_postcode(rng):
    area = rng.choice("LS M B SW1A EC1A W1 N SE NE BS CF EH G BT OX CB PO NR YO DN".split())
    district = "" if area[-1] in "A" else str(rng.randint(1, 21))
    if area == "W1":
        district = rng.choice("ABCDFGHJKSTUW")
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    value = f"{area}{district} {rng.randint(1, 9)}{chars(rng, 2, letters)}"
    if rng.random() < 0.1:
        value = value.lower()
    return value.replace(" ", "") if rng.random() < 0.12 else value


def ca_sin(rng):
    body = digits(rng, 8, "12345679")
    value = body + luhn.calc_check_digit(body)
    assert sin.is_valid(value)
    return grouped(rng, value, (3, 3, 3), [" ", " ", "-"], 0.2)


def au_tfn(rng):
    value = until(tfn.is_valid, lambda: digits(rng, 9, "123456789"))
    return grouped(rng, value, (3, 3, 3), [" "], 0.3)


def au_abn(rng):
    body = digits(rng, 9)
    value = abn.calc_check_digits(body) + body
    assert abn.is_valid(value)
    return grouped(rng, value, (2, 3, 3, 3), [" "], 0.3)


def au_acn(rng):
    body = digits(rng, 8, "01")
    value = body + acn.calc_check_digit(body)
    return grouped(rng, value, (3, 3, 3), [" "], 0.3)


def au_medicare(rng):
    body = digits(rng, 8, "23456")
    check = sum(int(d) * w for d, w in zip(body, (1, 3, 7, 9, 1, 3, 7, 9))) % 10
    value = f"{body}{check}{rng.randint(1, 5)}"
    text = grouped(rng, value, (4, 5, 1), [" ", " ", "-"], 0.3)
    return text if rng.random() < 0.9 else f"{group(value, (4, 5, 1), ' ')}-{rng.randint(1, 5)}"


def in_aadhaar(rng):
    body = digits(rng, 11, "23456789")
    value = body + verhoeff.calc_check_digit(body)
    return grouped(rng, value, (4, 4, 4), [" ", " ", "-"], 0.2) if aadhaar.is_valid(value) \
        else in_aadhaar(rng)


def in_pan(rng):
    value = until(pan.is_valid, lambda: chars(rng, 3, UPPER) + rng.choice("PPPCHFT")
                  + rng.choice(UPPER) + digits(rng, 4) + rng.choice(UPPER))
    return sometimes_lower(rng, value)


def de_tax_id(rng):
    value = until(idnr.is_valid, lambda: digits(rng, 11, "123456789"))
    return grouped(rng, value, (2, 3, 3, 3), [" "], 0.4)


def de_tax_number(rng):
    value = rng.choice([
        lambda: f"{digits(rng, 2)}/{digits(rng, 3)}/{digits(rng, 5)}",
        lambda: f"{digits(rng, 3)}/{digits(rng, 3)}/{digits(rng, 5)}",
        lambda: f"{digits(rng, 3)}/{digits(rng, 4)}/{digits(rng, 4)}",
        lambda: f"{digits(rng, 2)} {digits(rng, 3)} {digits(rng, 5)}",
    ])
    return until(stnr.is_valid, lambda: value())


def de_social_security(rng):
    """Area, birth date, initial, serial, check digit (VKVV, section 2)."""
    area = rng.choice(["02", "08", "12", "13", "15", "16", "18", "23", "50", "52", "65", "80"])
    initial = rng.choice(UPPER)
    body = f"{area}{ddmmyy(date(rng))}{initial}{rng.randint(0, 99):02}"
    spread = body.replace(initial, f"{ord(initial) - 64:02}")
    products = [int(d) * w for d, w in zip(spread, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1))]
    check = sum(p // 10 + p % 10 for p in products) % 10
    return grouped(rng, f"{body}{check}", (2, 6, 1, 3), [" "], 0.5)


def fr_nir(rng):
    year, month, _ = date(rng)
    place = rng.choice(["75", "13", "69", "33", "59", "2A", "2B", "974", "06", "31"])
    place += digits(rng, 5 - len(place))
    body = f"{rng.choice('12')}{year % 100:02}{month:02}{place}{rng.randint(1, 999):03}"
    value = body + nir.calc_check_digits(body)
    assert nir.is_valid(value)
    return grouped(rng, value, (1, 2, 2, 2, 3, 3, 2), [" ", " ", NBSP], 0.35)


def es_nif(rng):
    body = digits(rng, 8, "01234567")
    value = body + dni.calc_check_digit(body)
    assert dni.is_valid(value)
    return rng.choice([value, value, value.lower(), f"{body}-{value[-1]}", f"{body} {value[-1]}",
                       f"{body[:2]}.{body[2:5]}.{body[5:]}-{value[-1]}"])


def es_nie(rng):
    body = rng.choice("XYZ") + digits(rng, 7)
    value = body + nie.calc_check_digit(body)
    assert nie.is_valid(value)
    return rng.choice([value, value, value.lower(), f"{body[0]}-{body[1:]}-{value[-1]}",
                       f"{body[0]} {body[1:]} {value[-1]}"])


def it_fiscal_code(rng):
    consonants = "BCDFGLMNPRSTVZ"
    year, month, day = date(rng)
    day += rng.choice([0, 40])
    town = rng.choice(["H501", "F205", "L219", "F839", "G273", "A944", "D612", "Z404"])
    body = f"{chars(rng, 6, consonants)}{year % 100:02}{'ABCDEHLMPRST'[month - 1]}{day:02}{town}"
    value = body + codicefiscale.calc_check_digit(body)
    assert codicefiscale.is_valid(value)
    return grouped(rng, sometimes_lower(rng, value), (3, 3, 5, 5), [" "], 0.8)


def pt_nif_number(rng):
    body = rng.choice("1223") + digits(rng, 7)
    value = body + pt_nif.calc_check_digit(body)
    assert pt_nif.is_valid(value)
    return grouped(rng, value, (3, 3, 3), [" ", " ", "."], 0.5)


def nl_bsn(rng):
    value = until(bsn.is_valid, lambda: digits(rng, 9, "123456789"))
    return grouped(rng, value, (4, 2, 3), [" ", "."], 0.6)


def be_national_number(rng):
    when = date(rng)
    body = f"{yymmdd(when)}{rng.randint(1, 997):03}"
    check = 97 - int(("2" if when[0] >= 2000 else "") + body) % 97
    value = f"{body}{check:02}"
    assert nn.is_valid(value)
    if rng.random() < 0.35:
        return value
    return rng.choice([f"{value[:2]}.{value[2:4]}.{value[4:6]}-{value[6:9]}.{value[9:]}",
                       f"{value[:6]}-{value[6:9]}-{value[9:]}", f"{value[:6]} {value[6:9]} {value[9:]}"])


def ch_ahv(rng):
    body = "756" + digits(rng, 9)
    value = body + ean.calc_check_digit(body)
    assert ahv.is_valid(value)
    return grouped(rng, value, (3, 4, 4, 2), [".", ".", ".", " "], 0.2)


def se_personnummer(rng):
    when = date(rng)
    body = yymmdd(when) + digits(rng, 3)
    value = body + luhn.calc_check_digit(body)
    century = str(when[0] // 100) if rng.random() < 0.5 else ""
    text = f"{century}{value[:6]}{rng.choice(['-', '-', '-', ''])}{value[6:]}"
    return text if personnummer.is_valid(f"{when[0] // 100}{value}") else se_personnummer(rng)


def no_fodselsnummer(rng):
    def make():
        when = date(rng, 1940, 1999)
        body = ddmmyy(when) + f"{rng.randint(0, 499):03}"
        try:
            body += fodselsnummer.calc_check_digit1(body)
            return body + fodselsnummer.calc_check_digit2(body)
        except (ValueError, IndexError):
            return ""

    value = until(fodselsnummer.is_valid, make)
    return grouped(rng, value, (6, 5), [" "], 0.5)


def dk_cpr(rng):
    value = until(cpr.is_valid, lambda: ddmmyy(date(rng, 1940, 1999)) + digits(rng, 4, "0123"))
    return grouped(rng, value, (6, 4), ["-", "-", "-", " "], 0.25)


def fi_hetu(rng):
    when = date(rng)
    serial = f"{rng.randint(2, 899):03}"
    body = ddmmyy(when) + serial
    check = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(body) % 31]
    value = f"{ddmmyy(when)}{'-' if when[0] < 2000 else 'A'}{serial}{check}"
    assert hetu.is_valid(value)
    return value


def pl_pesel(rng):
    when = date(rng)
    month = when[1] + (20 if when[0] >= 2000 else 0)
    body = f"{when[0] % 100:02}{month:02}{when[2]:02}{digits(rng, 4)}"
    value = body + pesel.calc_check_digit(body)
    assert pesel.is_valid(value)
    return value


def br_cpf(rng):
    body = digits(rng, 9)
    value = body + cpf._calc_check_digits(body)
    assert cpf.is_valid(value)
    if rng.random() < 0.35:
        return value
    return f"{value[:3]}.{value[3:6]}.{value[6:9]}-{value[9:]}"


def br_cnpj(rng):
    def make():
        return digits(rng, 8) + "000" + rng.choice("1112") + digits(rng, 2)

    value = until(cnpj.is_valid, make)
    if rng.random() < 0.35:
        return value
    return f"{value[:2]}.{value[2:5]}.{value[5:8]}/{value[8:12]}-{value[12:]}"


def mx_curp(rng):
    when = date(rng, 1940, 1999)
    consonants = "BCDFGHJKLMNPQRSTVWXYZ"
    body = (rng.choice("BCDFGHLMPRSV") + rng.choice("AEIO") + chars(rng, 2, consonants)
            + yymmdd(when) + rng.choice("HM")
            + rng.choice(["DF", "JC", "NL", "MC", "PL", "VZ", "GT", "OC", "YN"])
            + chars(rng, 3, consonants) + str(rng.randint(0, 9)))
    value = body + curp.calc_check_digit(body)
    return sometimes_lower(rng, value) if curp.is_valid(value) else mx_curp(rng)


def mx_rfc(rng):
    when = date(rng, 1940, 1999)
    consonants = "BCDFGHJKLMNPQRSTVWXYZ"
    body = (rng.choice("BCDFGHLMPRSV") + rng.choice("AEIO") + chars(rng, 2, consonants)
            + yymmdd(when) + chars(rng, 2, "123456789ABCDEFGH"))
    value = body + rfc.calc_check_digit(body)
    if not rfc.is_valid(value, validate_check_digits=True):
        return mx_rfc(rng)
    return sometimes_lower(rng, grouped(rng, value, (4, 6, 3), ["-", " "], 0.75))


def kr_rrn(rng):
    when = date(rng)
    body = yymmdd(when) + str(rng.choice((1, 2)) + (2 if when[0] >= 2000 else 0)) + digits(rng, 5)
    value = body + rrn.calc_check_digit(body)
    return grouped(rng, value, (6, 7), ["-"], 0.2) if rrn.is_valid(value) else kr_rrn(rng)


def sg_nric(rng):
    """The published rule of the NRIC and FIN check letter (no library here knows it)."""
    series = rng.choice("SSSTFGM")
    body = digits(rng, 7)
    total = sum(int(d) * w for d, w in zip(body, (2, 7, 6, 5, 4, 3, 2)))
    total += {"S": 0, "F": 0, "T": 4, "G": 4, "M": 3}[series]
    if series in "ST":
        letter = "JZIHGFEDCBA"[total % 11]
    elif series in "FG":
        letter = "XWUTRQPNMLK"[total % 11]
    else:
        letter = "XWUTRQPNJLK"[10 - total % 11]
    return sometimes_lower(rng, f"{series}{body}{letter}")


def cn_resident_id(rng):
    when = date(rng)
    area = rng.choice(["110101", "310104", "440106", "330106", "510104", "420102", "320102"])
    body = f"{area}{when[0]}{when[1]:02}{when[2]:02}{digits(rng, 3)}"
    value = body + ric.calc_check_digit(body)
    if not ric.is_valid(value):  # the oracle knows which areas existed at the time of birth
        return cn_resident_id(rng)
    return value.lower() if rng.random() < 0.2 else value


# --- secrets -----------------------------------------------------------------------------------


def api_key(rng):
    """A key whose vendor is told by its prefix."""
    return rng.choice([
        lambda: rng.choice(["AKIA", "ASIA"]) + chars(rng, 16, UPPER + "234567"),
        lambda: rng.choice(["sk_live_", "sk_test_", "rk_live_"]) + chars(rng, rng.choice([24, 99])),
        lambda: "ghp_" + chars(rng, 36),
        lambda: "gho_" + chars(rng, 36),
        lambda: f"github_pat_{chars(rng, 22)}_{chars(rng, 59)}",
        lambda: f"xoxb-{digits(rng, 12, '1234')}-{digits(rng, 13, '1234')}-{chars(rng, 24)}",
        lambda: f"xoxp-{digits(rng, 12, '1234')}-{digits(rng, 12, '1234')}-{digits(rng, 12, '1')}-"
                f"{chars(rng, 32, HEX)}",
        lambda: "AIza" + chars(rng, 35, ALNUM + "-_"),
        lambda: "GOCSPX-" + chars(rng, 28, ALNUM + "-_"),
        lambda: f"SG.{chars(rng, 22, ALNUM + '-_')}.{chars(rng, 43, ALNUM + '-_')}",
        lambda: "SK" + chars(rng, 32, HEX),
        lambda: "key-" + chars(rng, 32, HEX),
        lambda: "npm_" + chars(rng, 36),
        lambda: "pypi-AgEIcHlwaS5vcmc" + chars(rng, 80, ALNUM + "-_"),
        lambda: f"sk-{chars(rng, 20)}T3BlbkFJ{chars(rng, 20)}",
        lambda: "sk-proj-" + chars(rng, 74, ALNUM + "-_"),
        lambda: f"sk-ant-api03-{chars(rng, 93, ALNUM + '-_')}AA",
        lambda: "hf_" + chars(rng, 34, string.ascii_letters),
        lambda: "glpat-" + chars(rng, 20, ALNUM + "-_"),
        lambda: "shpat_" + chars(rng, 32, HEX),
        lambda: "sq0atp-" + chars(rng, 22, ALNUM + "-_"),
        lambda: "dop_v1_" + chars(rng, 64, HEX),
        lambda: f"{digits(rng, 10, '123456')}:AA{chars(rng, 33, ALNUM + '-_')}",
        lambda: "dapi" + chars(rng, 32, HEX),
        lambda: "lin_api_" + chars(rng, 40),
        lambda: "ntn_" + chars(rng, 46),
        lambda: f"PMAK-{chars(rng, 24, HEX)}-{chars(rng, 34, HEX)}",
        lambda: "hvs." + chars(rng, 90, ALNUM + "-_"),
        lambda: "NRAK-" + chars(rng, 27, UPPER + string.digits),
        lambda: "glc_" + chars(rng, 60),
        lambda: f"{chars(rng, 32, HEX)}-us{rng.randint(1, 21)}",
        lambda: "EAAA" + chars(rng, 60, ALNUM + "-_"),
    ])()


def api_key_plain(rng):
    """A key without a telling prefix: only its label and its entropy speak."""
    return rng.choice([
        lambda: chars(rng, 32, HEX),
        lambda: chars(rng, 40),
        lambda: chars(rng, 40, ALNUM + "/+"),
        lambda: chars(rng, 24),
        lambda: chars(rng, 86, ALNUM + "/+") + "==",
        lambda: "-".join(chars(rng, n, HEX) for n in (8, 4, 4, 4, 12)),
        lambda: chars(rng, 64, HEX),
    ])()


def access_token(rng):
    return rng.choice([
        lambda: jwt(rng),
        lambda: jwt(rng),
        lambda: jwt(rng),
        lambda: "ya29." + chars(rng, 60, ALNUM + "-_"),
        lambda: "1//0g" + chars(rng, 50, ALNUM + "-_"),
    ])()


def access_token_plain(rng):
    return rng.choice([
        lambda: chars(rng, 40),
        lambda: chars(rng, 43, ALNUM + "-_"),
        lambda: chars(rng, 32, HEX),
        lambda: base64.b64encode(bytes(rng.randrange(256) for _ in range(30))).decode(),
        lambda: jwt(rng),
        lambda: "s%3A" + chars(rng, 32) + "." + chars(rng, 20),
        lambda: chars(rng, 27, ALNUM),
    ])()


PASSWORD_STEMS = ("Tr0ub4dor dragon Sommer Blaubeere sunshine Winter Liverpool Passw0rd Manchester "
                  "football Hallo Chocolat Barcelona maison qwerty Kleopatra Tequila monkey "
                  "Regenbogen soleil Welcome letmein").split()


def password(rng, url_safe=False):
    tail = "!$*" if url_safe else "!$*&?#%"
    stem = rng.choice(PASSWORD_STEMS)
    choices = [
        f"{stem}{rng.randint(1, 2029)}{rng.choice(tail)}",
        f"{stem}{rng.choice(tail)}{rng.randint(1, 99)}",
        chars(rng, rng.choice([8, 10, 12, 16]), ALNUM + tail),
        f"{stem}{rng.randint(10, 99)}",
        f"{stem.lower()}{rng.randint(1, 999)}",
        f"{stem}-{rng.choice(PASSWORD_STEMS)}-{rng.randint(1, 99)}",
    ]
    return rng.choice(choices)


def private_key(rng):
    kind = rng.choice(["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY",
                       "ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK", "DSA PRIVATE KEY"])
    lines = [chars(rng, 64, ALNUM + "+/") for _ in range(rng.choice([2, 3, 3, 4, 6]))]
    lines.append(chars(rng, rng.randint(20, 60), ALNUM + "+/") + rng.choice(["", "=", "=="]))
    if "PGP" in kind:
        lines = ["Version: GnuPG v2", "", *lines, "=" + chars(rng, 4)]
    if kind == "RSA PRIVATE KEY" and rng.random() < 0.3:
        lines = ["Proc-Type: 4,ENCRYPTED", f"DEK-Info: AES-128-CBC,{chars(rng, 32, HEX).upper()}", "",
                 *lines]
    newline = rng.choice(["\n", "\n", "\n", "\\n"])
    return newline.join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----"])


def pin(rng):
    return digits(rng, rng.choice([4, 4, 4, 4, 5, 6]))


def one_time_code(rng):
    return rng.choice([
        lambda: digits(rng, 6), lambda: digits(rng, 6), lambda: digits(rng, 6),
        lambda: digits(rng, 4), lambda: digits(rng, 8),
        lambda: group(digits(rng, 6), (3, 3), rng.choice(["-", " "])),
        lambda: f"G-{digits(rng, 6)}",
    ])()


def account_number(rng):
    return rng.choice([
        lambda: digits(rng, 8), lambda: digits(rng, 10), lambda: digits(rng, 9),
        lambda: group(digits(rng, 10), (4, 4, 2), rng.choice([" ", "-"])),
        lambda: f"{rng.choice(['AC', 'ACC-', 'A-'])}{digits(rng, 7)}",
        lambda: digits(rng, 12), lambda: f"{digits(rng, 2)}-{digits(rng, 6)}-{digits(rng, 3)}",
    ])()


def customer_number(rng):
    return rng.choice([
        lambda: digits(rng, 7), lambda: digits(rng, 8), lambda: digits(rng, 10),
        lambda: f"{rng.choice(['C-', 'CUST-', 'K', 'KD-', 'CN'])}{digits(rng, 6)}",
        lambda: group(digits(rng, 9), (3, 3, 3), rng.choice([" ", "-", "."])),
        lambda: f"{chars(rng, 2, UPPER)}{digits(rng, 6)}",
    ])()


MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
          "dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października "
          "listopada grudnia",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta "
          "syyskuuta lokakuuta marraskuuta joulukuuta",
}


def ordinal(day):
    return f"{day}{'th' if 10 < day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def date_of_birth(rng, lang="en"):
    y, m, d = date(rng)
    if lang == "ko":
        return rng.choice([f"{y}년 {m}월 {d}일", f"{y}-{m:02}-{d:02}", f"{y}.{m:02}.{d:02}"])
    if lang == "zh":
        return rng.choice([f"{y}年{m}月{d}日", f"{y}-{m:02}-{d:02}", f"{y}/{m:02}/{d:02}"])
    month = MONTHS[lang].split()[m - 1]
    if lang == "en":
        return rng.choice([
            f"{m:02}/{d:02}/{y}", f"{d:02}/{m:02}/{y}", f"{y}-{m:02}-{d:02}", f"{month} {d}, {y}",
            f"{d} {month} {y}", f"{ordinal(d)} of {month} {y}", f"{month} {ordinal(d)}, {y}",
            f"{month[:3]} {d} {y}", f"{d}-{month[:3]}-{y}", f"{m}/{d}/{y % 100:02}",
            f"{d:02}.{m:02}.{y}", f"{d:02}-{m:02}-{y}", f"{ordinal(d)} {month} {y}",
        ])
    written = {"de": f"{d}. {month} {y}", "no": f"{d}. {month} {y}", "da": f"{d}. {month} {y}",
               "fi": f"{d}. {month} {y}", "es": f"{d} de {month} de {y}",
               "pt": f"{d} de {month} de {y}"}.get(lang, f"{d} {month} {y}")
    numeric = {"de": ".", "pl": ".", "no": ".", "fi": ".", "nl": "-", "sv": "-", "da": "-"}.get(lang, "/")
    return rng.choice([written, f"{d:02}{numeric}{m:02}{numeric}{y}", f"{y}-{m:02}-{d:02}",
                       f"{d:02}{numeric}{m:02}{numeric}{y}"])
