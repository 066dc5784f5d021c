"""Values written so that a plain pattern misses them: spoken, spelled, escaped, split, half masked."""

import html

import values as v
from markup import mark
from pii import distractor

SPOKEN = {
    "en": ("zero one two three four five six seven eight nine".split(), {2: "double", 3: "triple"}),
    "es": ("cero uno dos tres cuatro cinco seis siete ocho nueve".split(), {}),
    "de": ("null eins zwei drei vier fünf sechs sieben acht neun".split(), {}),
    "fr": ("zéro un deux trois quatre cinq six sept huit neuf".split(), {}),
}


def spoken(rng, digits, lang="en"):
    words, repeat = SPOKEN[lang]
    said, at, use_repeat, oh = [], 0, rng.random() < 0.4, rng.random() < 0.5
    while at < len(digits):
        digit = digits[at]
        word = "oh" if lang == "en" and digit == "0" and oh else words[int(digit)]
        run = 2 if use_repeat and digits[at : at + 2] == digit * 2 else 1
        said.append(f"{repeat[run]} {word}" if run in repeat else word)
        at += run if run in repeat else 1
    if rng.random() < 0.12:
        said.insert(len(said) // 2, rng.choice({"en": ["uh", "um", "then"], "de": ["äh"], "fr": ["euh"], "es": ["eh"]}[lang]))
    return rng.choice([" ", " ", " ", ", ", "-"]).join(said)


UNITS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(),
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf".split(),
}
TENS = {"en": "twenty thirty forty fifty sixty seventy eighty ninety".split(),
        "fr": "vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt".split()}


def pair_word(pair, lang):
    """Two digits as people of the country say them, `07` as `zéro sept`."""
    number = int(pair)
    if pair[0] == "0":
        return f"{UNITS[lang][0]} {UNITS[lang][number]}"
    if number < 20:
        return UNITS[lang][number]
    tens, unit = divmod(number, 10)
    if lang == "fr" and tens in (7, 9):
        return f"{TENS[lang][tens - 2]}-{UNITS[lang][10 + unit]}"
    if lang == "fr" and unit == 1 and tens < 8:
        return f"{TENS[lang][tens - 2]} et un"
    return TENS[lang][tens - 2] + (f"-{UNITS[lang][unit]}" if unit else "")


def spoken_pairs(rng):
    """French telephone numbers, and American cards, are said two digits at a time."""
    if rng.random() < 0.6:
        number = f"0{v.phone_number(rng, 'FR').national_number}"
        said = " ".join(pair_word(number[i : i + 2], "fr") for i in range(0, 10, 2))
        return "fr", rng.choice(["mon numéro c'est le {v}", "rappelez-moi au {v} s'il vous plaît", "mon téléphone : {v}", "vous pouvez me joindre au {v}"]).format(v=mark("PHONE_NUMBER", said))
    number = v.card_digits(rng, True)
    said = " ".join(pair_word(number[i : i + 2], "en") for i in range(0, 16, 2))
    return "en", rng.choice(["the card number is {v}", "my visa is {v}", "credit card {v}"]).format(v=mark("CREDIT_CARD", said))


def spoken_birth_date(rng):
    year, month, day = v.date(rng, 1935, 1999)
    name = v.MONTHS["en"].split()[month - 1].lower()
    ordinals = ("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth "
                "nineteenth twentieth").split()
    said_day = ordinals[day - 1] if day <= 20 else f"twenty {ordinals[day - 21]}"
    said_year = f"nineteen {pair_word(str(year % 100), 'en').replace('-', ' ')}"
    said = rng.choice([f"{name} {said_day} {said_year}", f"the {said_day} of {name} {said_year}", f"{name} the {said_day} {said_year}"])
    return "en", rng.choice(["my date of birth is {v}", "I was born on {v}", "Agent: and your date of birth?\nCustomer: {v}", "d o b {v}", "birthday {v}"]).format(v=mark("DATE_OF_BIRTH", said))


SPOKEN_FRAMES = {
    "CREDIT_CARD": {
        "en": ["my card number is {v}", "uh it's {v} on the card", "Customer: okay the card, {v}\nAgent: thank you", "the visa is {v} and it expires next year",
               "yeah so the credit card number, ready? {v}"],
        "es": ["mi tarjeta es {v}", "el número de tarjeta es {v}"], "de": ["die Kartennummer ist {v}", "meine Kreditkarte, {v}"],
        "fr": ["mon numéro de carte c'est {v}"],
    },
    "PHONE_NUMBER": {
        "en": ["call me at {v}", "my number is {v}", "you can reach me on {v} after six", "phone number {v}", "her cell is {v} I think"],
        "es": ["mi teléfono es {v}"], "de": ["meine Telefonnummer ist {v}"], "fr": ["mon numéro de téléphone c'est le {v}"],
    },
    "US_SSN": {"en": ["my social is {v}", "social security number {v}", "SSN, let me see, {v}", "yes the social security is {v}"]},
}


def spoken_value(rng):
    entity = rng.choice(["CREDIT_CARD", "CREDIT_CARD", "PHONE_NUMBER", "PHONE_NUMBER", "US_SSN"])
    lang = rng.choice(["en", "en", "en", *SPOKEN_FRAMES[entity]])
    if entity == "CREDIT_CARD":
        digits = v.card_digits(rng, only16=True)
    elif entity == "US_SSN":
        digits = v.us_ssn_digits(rng)
    else:
        region = {"en": "US", "es": "ES", "de": "DE", "fr": "FR"}[lang]
        number = v.phone_number(rng, region)
        digits = ("0" if lang in ("de", "fr") else "") + str(number.national_number)
    return lang, rng.choice(SPOKEN_FRAMES[entity][lang]).format(v=mark(entity, spoken(rng, digits, lang)))


def spoken_code(rng):
    entity, frames = rng.choice([
        ("CVV", ["the CVV is {v}", "security code on the back, {v}", "cvv {v}"]), ("PIN", ["my pin is {v}", "PIN code {v}"]),
        ("ONE_TIME_CODE", ["the verification code is {v}", "the code you texted me is {v}", "one-time code {v}"]),
        ("ACCOUNT_NUMBER", ["my account number is {v}", "account number {v} please"]),
        ("CUSTOMER_NUMBER", ["my customer number is {v}", "customer ID {v}"]),
    ])
    length = {"CVV": 3, "PIN": 4, "ONE_TIME_CODE": 6, "ACCOUNT_NUMBER": 8, "CUSTOMER_NUMBER": 7}[entity]
    return "en", rng.choice(frames).format(v=mark(entity, spoken(rng, v.digits(rng, length))))


def spelled_email(rng):
    given, family = rng.choice(v.GIVEN), rng.choice(v.FAMILY)
    domain, tld = rng.choice([("example", "com"), ("gmail", "com"), ("outlook", "com"), ("example", "org"), ("web", "de"), ("orange", "fr"), ("yahoo", "es")])
    letters = "-".join(given)
    said = rng.choice([
        f"{given} dot {family} at {domain} dot {tld}", f"{given} at {domain} dot {tld}", f"{given} [at] {domain} [dot] {tld}",
        f"{given}.{family} (at) {domain} (dot) {tld}", f"{given}(at){domain}.{tld}", f"{given}.{family}[at]{domain}.{tld}",
        f"{letters} at {domain} dot {tld}", f"{given} underscore {family} at {domain} dot {tld}", f"{given}{rng.randint(10, 99)} at {domain} dot {tld}",
        f"{given} AT {domain} DOT {tld}", f"{given} @ {domain} . {tld}", f"{given}.{family} at {domain}.{tld}", f"{given}@{domain} dot {tld}",
        f"{given}.{family}<at>{domain}<dot>{tld}", f"{given} {{at}} {domain} {{dot}} {tld}",
    ])
    return "en", rng.choice(["my email is {v}", "write to {v}", "you can reach me at {v}", "it's {v}, all lower case", "Customer: {v}\nAgent: got it",
                             "e-mail address: {v}", "send it to {v} please"]).format(v=mark("EMAIL_ADDRESS", said))


def spelled_email_abroad(rng):
    given, family = rng.choice(v.GIVEN), rng.choice(v.FAMILY)
    lang, said, frames = rng.choice([
        ("de", f"{given} Punkt {family} at web Punkt de", ["meine E-Mail ist {v}", "schreiben Sie an {v}"]),
        ("de", f"{given}.{family} ät gmx punkt net", ["Mailadresse: {v}"]),
        ("es", f"{given} punto {family} arroba example punto es", ["mi correo es {v}", "escríbame a {v}"]),
        ("es", f"{given} arroba gmail punto com", ["mi correo electrónico es {v}"]),
        ("fr", f"{given} point {family} arobase orange point fr", ["mon adresse mail c'est {v}", "écrivez à {v}"]),
        ("fr", f"{given} arobase gmail point com", ["mon e-mail : {v}"]),
        ("it", f"{given} punto {family} chiocciola libero punto it", ["la mia mail è {v}"]),
        ("pt", f"{given} ponto {family} arroba uol ponto com ponto br", ["meu e-mail é {v}"]),
    ])
    return lang, rng.choice(frames).format(v=mark("EMAIL_ADDRESS", said))


PLAIN_FRAMES = {
    "CREDIT_CARD": ["card {v}", "my card is {v}", "{v}", "please charge {v}", "credit card number: {v}"],
    "US_SSN": ["SSN {v}", "my social security number is {v}", "ssn: {v}"],
    "PHONE_NUMBER": ["phone {v}", "call me on {v}", "Tel: {v}"],
    "EMAIL_ADDRESS": ["email {v}", "write to {v}", "{v}"],
    "IBAN_CODE": ["IBAN {v}", "please transfer to {v}", "IBAN: {v}"],
}


def plain(rng, entities=None):
    entity = rng.choice(entities or list(PLAIN_FRAMES))
    value = {
        "CREDIT_CARD": lambda: v.group(v.card_digits(rng, True), (4, 4, 4, 4), rng.choice([" ", "-", ""])),
        "US_SSN": lambda: v.group(v.us_ssn_digits(rng), (3, 2, 4), "-"),
        "PHONE_NUMBER": lambda: rng.choice([v.phone_us(rng).split(" ext")[0].split(" x")[0], v.phone_international(rng)]),
        "EMAIL_ADDRESS": lambda: v.email(rng).lower(), "IBAN_CODE": lambda: v.iban(rng, rng.choice(["DE", "NL", "FR", "GB"])).upper(),
    }[entity]()
    return entity, value


def framed(rng, entity, value):
    text = rng.choice(PLAIN_FRAMES[entity]).format(v=mark(entity, value))
    return "en", f"{text}. {distractor(rng, 'en')}" if rng.random() < 0.2 else text


def unicode_digits(rng):
    entity, value = plain(rng, ["CREDIT_CARD", "US_SSN", "PHONE_NUMBER"])
    zero = rng.choice([0xFF10, 0xFF10, 0x0660, 0x0966, 0x1D7CE, 0x1D7F6])
    return framed(rng, entity, "".join(chr(zero + int(c)) if c.isascii() and c.isdigit() else c for c in value))


def full_width(rng):
    entity, value = plain(rng)
    return framed(rng, entity, "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in value))


def invisible(rng):
    entity, value = plain(rng)
    hidden = rng.choice(["\u200b", "\u00ad", "\u2060", "\u200d", "\ufeff"])
    step = rng.choice([1, 2, 4])
    return framed(rng, entity, hidden.join(value[i : i + step] for i in range(0, len(value), step)))


def unicode_punctuation(rng):
    entity, value = plain(rng)
    dash, space = rng.choice("‐‑‒–—−"), rng.choice("\u00a0\u2009\u202f\u2007")
    value = value.replace("-", dash).replace(" ", space)
    if value.isascii():
        value = value.replace(".", "．").replace("@", "＠") if "@" in value else v.group(value, (4, 4, 4, 4, 4), dash)
    return framed(rng, entity, value)


def html_entities(rng):
    entity, value = plain(rng)
    kind = rng.randrange(4)
    if kind == 0:
        value = "".join(f"&#{ord(c)};" for c in value)
    elif kind == 1:
        value = "".join(f"&#x{ord(c):x};" if not c.isalnum() else c for c in value)
    elif kind == 2:
        value = value.replace(" ", "&nbsp;").replace("-", "&#8209;").replace("@", "&#64;").replace(".", "&#46;")
    else:
        value = value.replace("@", "&commat;").replace(".", "&period;").replace("-", "&hyphen;").replace(" ", "&#32;")
    if html.unescape(value) == value:
        value = "".join(f"&#{ord(c)};" for c in value)
    return framed(rng, entity, value)


def percent_escapes(rng):
    entity, value = plain(rng)
    coded = "".join(c if c.isalnum() or c in ".-" else f"%{ord(c):02X}" for c in value)
    if coded == value:
        coded = "".join(f"%{ord(c):02X}" for c in value)
    return "en", rng.choice(["q={v}&page=2", "GET /search?card={v}", "body: value={v}", "to={v}"]).replace("card", {
        "CREDIT_CARD": "card", "US_SSN": "ssn", "PHONE_NUMBER": "phone", "EMAIL_ADDRESS": "mail", "IBAN_CODE": "iban"}[entity]).format(v=mark(entity, coded))


def backslash_escapes(rng):
    entity, value = plain(rng)
    some = rng.random() < 0.5
    coded = "".join(f"\\u{ord(c):04x}" if (not c.isalnum() if some else True) and ord(c) < 0x10000 else c for c in value)
    if coded == value:
        coded = "".join(f"\\u{ord(c):04x}" for c in value)
    return "en", rng.choice(['{{"text": "{v}"}}', '{{"note":"customer gave {v}"}}', "msg=\"{v}\""]).format(v=mark(entity, coded))


def markdown(rng):
    entity, value = plain(rng, ["CREDIT_CARD", "PHONE_NUMBER", "EMAIL_ADDRESS", "US_SSN", "IBAN_CODE"])
    half = len(value) // 2
    kind = rng.randrange(3)
    if kind == 0:
        value = f"{value[:half]}**{value[half:]}"
        return framed(rng, entity, value)
    if kind == 1:
        value = value.replace(".", "\\.").replace("-", "\\-").replace(" ", "\\ ") if not value.isalnum() else f"{value[:half]}`{value[half:]}"
        return framed(rng, entity, value)
    return framed(rng, entity, f"{value[:4]}<b>{value[4:-4]}</b>{value[-4:]}")


def split_lines(rng):
    entity = rng.choice(["CREDIT_CARD", "CREDIT_CARD", "IBAN_CODE", "PHONE_NUMBER", "US_SSN"])
    if entity == "CREDIT_CARD":
        number = v.card_digits(rng, True)
        parts = [v.group(number[:8], (4, 4), " "), v.group(number[8:], (4, 4), " ")]
        if rng.random() < 0.4:
            parts = [number[i : i + 4] for i in range(0, 16, 4)]
    elif entity == "IBAN_CODE":
        value = v.group(v.iban(rng, "DE").upper().replace(" ", "").replace("-", "").replace(v.NBSP, ""), (4,) * 6, " ")
        parts = [value[:14], value[15:]]
    elif entity == "US_SSN":
        number = v.us_ssn_digits(rng)
        parts = [f"{number[:3]}-{number[3:5]}-", number[5:]]
    else:
        parts = [f"({v.digits(rng, 1, '23')}{v.digits(rng, 2, '12345')})", f"{v.digits(rng, 3, '23456')}-{v.digits(rng, 4)}"]
    label = {"CREDIT_CARD": "card number", "IBAN_CODE": "IBAN", "PHONE_NUMBER": "phone number", "US_SSN": "SSN"}[entity]
    return "en", f"My {label} is:\n{mark(entity, chr(10).join(parts))}\nthanks"


def split_turns(rng):
    """Each turn's digits are a span of their own: what the agent says between them is not."""
    number = v.card_digits(rng, True)
    a, c = rng.choice([("Agent", "Customer"), ("Support", "User"), ("A", "C")])
    between = rng.choice(["yes?", "go on", "ok", "mhm", "and the rest?"])
    pieces = [number[:8], number[8:]] if rng.random() < 0.5 else [number[i : i + 4] for i in range(0, 16, 4)]
    turns = [f"{c}: {mark('CREDIT_CARD', v.group(piece, (4, 4), ' '))}" for piece in pieces]
    return "en", f"{a}: Your card number, please?\n" + f"\n{a}: {between}\n".join(turns)


def half_masked(rng):
    """More than the first eight and the last four digits: an attacker computes the rest."""
    n = v.card_digits(rng, only16=True)
    shown = rng.choice([f"{n[:12]}XX{n[14:]}", f"{n[:10]}**{n[12:]}", f"{n[:12]}*{n[13:]}", f"{n[:4]} {n[4:8]} {n[8:10]}** {n[12:]}",
                        f"{n[:4]}-{n[4:8]}-{n[8:11]}X-{n[12:]}", f"{n[:15]}*", f"*{n[1:]}", f"**{n[2:4]} {n[4:8]} {n[8:12]} {n[12:]}", f"{n[:9]}XXX{n[12:]}"])
    return framed(rng, "CREDIT_CARD", shown)


def letters_for_digits(rng):
    entity, value = v.until(lambda made: set("01") & set(made[1]), lambda: plain(rng, ["CREDIT_CARD", "US_SSN", "PHONE_NUMBER"]))
    changed = value.replace("0", "O", 2).replace("1", rng.choice("lI"), 2)
    return framed(rng, entity, changed)


def one_by_one(rng):
    entity, value = plain(rng, ["CREDIT_CARD", "US_SSN", "PHONE_NUMBER"])
    separator = rng.choice([" ", " ", ".", "-", ", ", " - ", "/"])
    return framed(rng, entity, separator.join(c for c in value if c.isdigit()))


def families():
    yield "spoken_numbers", spoken_value, 90
    yield "spoken_codes", spoken_code, 35
    yield "spoken_pairs", spoken_pairs, 15
    yield "spoken_birth_date", spoken_birth_date, 15
    yield "spelled_email", spelled_email, 55
    yield "spelled_email_abroad", spelled_email_abroad, 25
    yield "unicode_digits", unicode_digits, 25
    yield "full_width", full_width, 20
    yield "invisible", invisible, 30
    yield "unicode_punctuation", unicode_punctuation, 25
    yield "html_entities", html_entities, 25
    yield "percent_escapes", percent_escapes, 20
    yield "backslash_escapes", backslash_escapes, 20
    yield "markdown", markdown, 20
    yield "split_lines", split_lines, 25
    yield "split_turns", split_turns, 20
    yield "half_masked", half_masked, 25
    yield "letters_for_digits", letters_for_digits, 15
    yield "one_by_one", one_by_one, 25
