"""Texts that hold personal data: one entity in its many frames, and documents that mix several.

A text is a `(locale, marked text)` pair; see `markup`.
"""

import json

import values as v
from markup import mark
from phrases import DISTRACTORS, FRAMES, KEYS, LABELS, SENTENCES

PHONE_REGIONS = {
    "en": ["GB", "AU", "IN", "CA", "IE", "ZA", "SG", "NG", "NZ", "HK", "KE", "PH"], "de": ["DE", "AT", "CH"],
    "fr": ["FR", "BE", "CH"], "es": ["ES", "MX", "AR", "CL", "CO"], "it": ["IT"], "pt": ["PT", "BR"],
    "nl": ["NL", "BE"], "pl": ["PL"], "sv": ["SE"], "no": ["NO"], "da": ["DK"], "fi": ["FI"],
    "ko": ["KR"], "zh": ["CN", "HK"],
}


def phone(rng, lang="en"):
    """Clear to a reader only in the company of a label or a sentence about calling."""
    roll = rng.random()
    if lang == "en" and roll < 0.45:
        return v.phone_us(rng)
    if roll < 0.7:
        return v.phone_international(rng, rng.choice(PHONE_REGIONS[lang]) if lang != "en" else None)
    return v.phone_national(rng, rng.choice(PHONE_REGIONS[lang]))


def api_key(rng, lang="en", labelled=False):
    return v.api_key_plain(rng) if labelled and rng.random() < 0.35 else v.api_key(rng)


def access_token(rng, lang="en", labelled=False):
    return v.access_token_plain(rng) if labelled and rng.random() < 0.5 else v.access_token(rng)


def password(rng, lang="en"):
    return v.password(rng)


MAKERS = {
    "CREDIT_CARD": v.credit_card, "CVV": v.cvv, "CARD_EXPIRY": v.card_expiry, "IBAN_CODE": v.iban,
    "US_BANK_NUMBER": v.us_bank_number, "ABA_ROUTING_NUMBER": v.aba_routing_number,
    "UK_SORT_CODE": v.uk_sort_code, "CRYPTO": v.crypto, "EMAIL_ADDRESS": v.email, "IP_ADDRESS": v.ip_address,
    "MAC_ADDRESS": v.mac_address, "URL": v.url, "US_SSN": v.us_ssn, "US_ITIN": v.us_itin,
    "US_PASSPORT": v.us_passport, "US_DRIVER_LICENSE": v.us_driver_license, "MEDICAL_LICENSE": v.dea_number,
    "US_MBI": v.us_mbi, "US_NPI": v.us_npi, "UK_NHS": v.uk_nhs, "UK_NINO": v.uk_nino,
    "UK_PASSPORT": v.uk_passport, "UK_DRIVING_LICENCE": v.uk_driving_licence, "UK_POSTCODE": v.uk_postcode,
    "CA_SIN": v.ca_sin, "AU_TFN": v.au_tfn, "AU_ABN": v.au_abn, "AU_ACN": v.au_acn,
    "AU_MEDICARE": v.au_medicare, "IN_AADHAAR": v.in_aadhaar, "IN_PAN": v.in_pan, "DE_TAX_ID": v.de_tax_id,
    "DE_TAX_NUMBER": v.de_tax_number, "DE_SOCIAL_SECURITY": v.de_social_security, "FR_NIR": v.fr_nir,
    "ES_NIF": v.es_nif, "ES_NIE": v.es_nie, "IT_FISCAL_CODE": v.it_fiscal_code, "PT_NIF": v.pt_nif_number,
    "NL_BSN": v.nl_bsn, "BE_NATIONAL_NUMBER": v.be_national_number, "CH_AHV": v.ch_ahv,
    "SE_PERSONNUMMER": v.se_personnummer, "NO_FODSELSNUMMER": v.no_fodselsnummer, "DK_CPR": v.dk_cpr,
    "FI_PERSONAL_IDENTITY_CODE": v.fi_hetu, "PL_PESEL": v.pl_pesel, "BR_CPF": v.br_cpf, "BR_CNPJ": v.br_cnpj,
    "MX_CURP": v.mx_curp, "MX_RFC": v.mx_rfc, "KR_RRN": v.kr_rrn, "SG_NRIC_FIN": v.sg_nric,
    "CN_RESIDENT_ID": v.cn_resident_id, "PRIVATE_KEY": v.private_key, "PASSWORD": password, "PIN": v.pin,
    "ONE_TIME_CODE": v.one_time_code, "ACCOUNT_NUMBER": v.account_number, "CUSTOMER_NUMBER": v.customer_number,
    "PHONE_NUMBER": phone, "DATE_OF_BIRTH": v.date_of_birth, "API_KEY": api_key, "ACCESS_TOKEN": access_token,
}
BY_LANGUAGE = {"PHONE_NUMBER", "DATE_OF_BIRTH"}
BY_LABEL = {"API_KEY", "ACCESS_TOKEN"}


def value(rng, entity, lang="en", labelled=True):
    if entity in BY_LANGUAGE:
        return mark(entity, MAKERS[entity](rng, lang))
    if entity in BY_LABEL:
        return mark(entity, MAKERS[entity](rng, labelled=labelled))
    return mark(entity, MAKERS[entity](rng))


DATE_STYLES = {"en": "{m:02}/{d:02}/{y} {d:02}/{m:02}/{y} {y}-{m:02}-{d:02}", "fr": "{d:02}/{m:02}/{y}", "es": "{d:02}/{m:02}/{y}",
               "it": "{d:02}/{m:02}/{y}", "pt": "{d:02}/{m:02}/{y}", "nl": "{d:02}-{m:02}-{y}", "sv": "{y}-{m:02}-{d:02}",
               "ko": "{y}-{m:02}-{d:02}", "zh": "{y}-{m:02}-{d:02}"}


def neutral(rng, lang="en"):
    """Values that belong to no person, for the slots of `DISTRACTORS`, written as the language does."""
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2023, 2026)
    style = rng.choice(DATE_STYLES.get(lang, "{d:02}.{m:02}.{y}").split())
    point = "." if lang in ("en", "ko", "zh") else ","
    return {
        "o": v.digits(rng, rng.choice([6, 7, 8, 10]), "123456789"),
        "d": style.format(d=day, m=month, y=year),
        "p": f"{rng.randint(3, 2500)}{point}{rng.randint(0, 99):02}",
        "t": v.digits(rng, rng.choice([5, 6]), "123456789"),
        "r": f"{rng.choice(['INV', 'RE', 'R'])}-{year}-{v.digits(rng, 5)}",
        "x": f"{rng.randint(1, 12)}.{rng.randint(0, 20)}.{rng.randint(0, 400)}",
        "u": v.chars(rng, 6, v.UPPER + "0123456789") + v.digits(rng, 10),
    }


def distractor(rng, lang):
    return rng.choice(DISTRACTORS[lang]).format(**neutral(rng, lang))


def language_of(rng, entity):
    """A language the entity has phrasings in, the home language first."""
    table = LABELS.get(entity) or SENTENCES[entity]
    languages = list(table)
    weights = [3 if i == 0 else 1 for i, _ in enumerate(languages)]
    return rng.choices(languages, weights)[0]


def label_of(rng, entity, lang):
    label = rng.choice(LABELS[entity][lang])
    roll = rng.random()
    return label.upper() if roll < 0.04 else label.capitalize() if roll < 0.14 and label.islower() else label


def key_of(rng, entity):
    return rng.choice(KEYS[entity])


def in_sentence(rng, entity, lang):
    own = SENTENCES.get(entity, {}).get(lang, [])
    if own and (entity not in LABELS or rng.random() < 0.45):
        return rng.choice(own).format(v=value(rng, entity, lang, labelled=False))
    label = label_of(rng, entity, lang)
    return rng.choice(FRAMES[lang]).format(l=label, v=value(rng, entity, lang))


def in_record(rng, entity):
    """Machine-made text: the key is the only label."""
    key, held = key_of(rng, entity), value(rng, entity)
    n, g = neutral(rng), neutral(rng, "de")
    escaped = json.dumps(held, ensure_ascii=False)[1:-1]
    one_line = "\n" not in held and "," not in held and ";" not in held
    styles = [
        f'{{"{key}": "{escaped}"}}',
        f'{{"order_id": {n["o"]}, "{key}": "{escaped}", "amount": {n["p"]}}}',
        f'{{"event":"update","{key}":"{escaped}","version":"{n["x"]}"}}',
        f'{{\n  "status": "open",\n  "{key}": "{escaped}",\n  "ticket": "{n["t"]}"\n}}',
    ]
    if one_line:
        styles += [
            f"order_id,{key},status\n{n['o']},{held},shipped",
            f"{key};betrag;datum\n{held};{g['p']};{g['d']}",
            f"{n['d']} 12:04:51 INFO order={n['o']} {key}={held} status=ok",
            f"| ticket | {key} |\n|---|---|\n| {n['t']} | {held} |",
            f"<record><{key}>{held}</{key}><total>{n['p']}</total></record>",
            f"{key}: {held}\norder: {n['o']}",
            f"<td>{key}</td><td>{held}</td>",
            f"- **{key}**: {held}",
            f"{key}={held}",
        ]
    return rng.choice(styles)


def several(rng, entity, lang):
    """The value twice, or two people's values, in one text."""
    first, second = value(rng, entity, lang), value(rng, entity, lang)
    label = label_of(rng, entity, lang) if entity in LABELS else key_of(rng, entity)
    return rng.choice([
        f"{label}: {first}, {second}",
        f"{label} 1: {first}\n{label} 2: {second}",
        f"{label}: {first} / {second}",
        f"{label}: {first} (old: {second})",
        f"{label};\n{first};\n{second};",
    ])


def private_key_text(rng):
    held = value(rng, "PRIVATE_KEY")
    if rng.random() < 0.2:
        return in_record(rng, "PRIVATE_KEY")
    return rng.choice([
        "{v}", "Here is the key for the server:\n{v}\nPlease install it.", "cat ~/.ssh/id_rsa\n{v}",
        "I attached my private key by mistake:\n\n{v}", "```\n{v}\n```", "tls.key: |\n{v}", "PRIVATE_KEY=\"{v}\"",
        "Hier der Schlüssel:\n{v}", "Customer: {v}\nAgent: Please never send this in a chat.", "<pre>{v}</pre>",
        "Voici la clé privée :\n{v}", "-- pasted from the terminal --\n{v}\n-- end --", "key for deploy user: {v}",
    ]).format(v=held)


def bare_phone(rng):
    """Alone in its turn: the grouping says what it is."""
    value = v.phone_us(rng)
    while value[:3].isdigit() and value[3] == " ":
        value = v.phone_us(rng)
    held = mark("PHONE_NUMBER", rng.choice([value, "+" + v.phone_international(rng).removeprefix("00").lstrip("+")]))
    return rng.choice(["{v}", "{v}", "sure, {v}", "customer: {v}", "{v} thx", "ok {v}"]).format(v=held)


def bare_ssn(rng):
    held = mark("US_SSN", v.group(v.us_ssn_digits(rng), (3, 2, 4), "-"))
    return rng.choice(["{v}", "ok, {v}", "Customer: {v}", "it's {v}", "{v}, is that enough?"]).format(v=held)


def doctor_licence(rng):
    number = rng.choice([f"{rng.choice('ACG')}{v.digits(rng, 5)}", f"MD{v.digits(rng, 6)}", f"ME {v.digits(rng, 6)}", f"036-{v.digits(rng, 6)}"])
    return rng.choice(["medical license number {v}", "Dr. Patel, medical license no. {v}", "State medical license: {v}", "physician license # {v} (Florida)",
                       "the doctor's medical licence is {v}", "Medical License Number\n{v}"]).format(v=mark("MEDICAL_LICENSE", number))


def passphrase(rng):
    words = " ".join(rng.sample("correct horse battery staple river candle orange winter paper violet tiger cloud engine".split(), 4))
    return rng.choice(["my password is \"{v}\"", "the passphrase is '{v}'", "Password: \"{v}\"", "wifi passphrase: \"{v}\"", "Mein Passwort ist \"{v}\"",
                       "mot de passe : « {v} »"]).format(v=mark("PASSWORD", words))


# Phrasings whose value has a form of its own.
SPECIAL = {"PHONE_NUMBER": bare_phone, "US_SSN": bare_ssn, "MEDICAL_LICENSE": doctor_licence, "PASSWORD": passphrase}


def single(rng, entity):
    """One entity in one of its frames, now and then beside something that must stay."""
    if entity == "PRIVATE_KEY":
        return "en", private_key_text(rng)
    if entity in SPECIAL and rng.random() < 0.12:
        return "en", SPECIAL[entity](rng)
    lang = language_of(rng, entity)
    roll = rng.random()
    if roll < 0.66:
        text = in_sentence(rng, entity, lang)
        extra = rng.random()
        if extra < 0.14:
            text = f"{text} {distractor(rng, lang)}" if text[-1] in ".?!" else f"{text}\n{distractor(rng, lang)}"
        elif extra < 0.28:
            text = f"{distractor(rng, lang)} {text}"
        return lang, text
    if roll < 0.86:
        return "en", in_record(rng, entity)
    return lang, several(rng, entity, lang)


# --- documents with several entities -----------------------------------------------------------

HOME_IDS = {
    "de": ["DE_TAX_ID", "DE_SOCIAL_SECURITY", "DE_TAX_NUMBER", "CH_AHV"], "fr": ["FR_NIR", "BE_NATIONAL_NUMBER"],
    "es": ["ES_NIF", "ES_NIE", "MX_CURP", "MX_RFC"], "it": ["IT_FISCAL_CODE"],
    "pt": ["BR_CPF", "PT_NIF", "BR_CNPJ"], "nl": ["NL_BSN", "BE_NATIONAL_NUMBER"], "pl": ["PL_PESEL"],
    "sv": ["SE_PERSONNUMMER"], "no": ["NO_FODSELSNUMMER"], "da": ["DK_CPR"], "fi": ["FI_PERSONAL_IDENTITY_CODE"],
    "en": ["US_SSN", "UK_NINO", "UK_NHS", "CA_SIN", "AU_TFN", "IN_PAN", "US_DRIVER_LICENSE", "AU_MEDICARE"],
}
GREETINGS = {
    "en": ("Best regards", "Kind regards", "Thanks", "Cheers"), "de": ("Mit freundlichen Grüßen", "Viele Grüße"),
    "fr": ("Cordialement", "Bien à vous"), "es": ("Un saludo", "Atentamente"), "it": ("Cordiali saluti",),
    "pt": ("Atenciosamente", "Cumprimentos"), "nl": ("Met vriendelijke groet",), "pl": ("Pozdrawiam",),
    "sv": ("Med vänliga hälsningar",), "no": ("Med vennlig hilsen",), "da": ("Med venlig hilsen",),
    "fi": ("Ystävällisin terveisin",),
}
ROLES = ("Head of Procurement", "Software Engineer", "Account Manager", "Buchhaltung", "Vertrieb", "Assistante",
         "Ventas", "Customer Success", "IT Operations")


def name(rng):
    return f"{rng.choice(v.GIVEN).title()} {rng.choice(v.FAMILY).title()}"


def signature(rng):
    lang = rng.choice(list(GREETINGS))
    lines = [rng.choice(GREETINGS[lang]) + ",", name(rng)]
    if rng.random() < 0.6:
        lines.append(f"{rng.choice(ROLES)} | Acme Tools")
    tel = rng.choice(["Tel: ", "T ", "Phone: ", "Mobile: ", "M: ", "☎ "])
    lines.append(f"{tel}{value(rng, 'PHONE_NUMBER', lang)}")
    if rng.random() < 0.25:
        lines.append(f"Fax: {value(rng, 'PHONE_NUMBER', lang)}")
    mail = value(rng, "EMAIL_ADDRESS")
    lines.append(rng.choice([mail, f"E: {mail}", f"E-Mail: {mail}", f"<{mail}>"]))
    if lang == "en" and rng.random() < 0.5:
        lines.append(f"{rng.randint(2, 180)} {rng.choice(['High Street', 'Mill Lane', 'Station Road'])}, "
                     f"{rng.choice(['Leeds', 'Bristol', 'York'])} {value(rng, 'UK_POSTCODE')}, United Kingdom")
    if rng.random() < 0.4:
        lines.append("www.example.com")
    return lang, rng.choice(["\n", "\n", " | "]).join(lines)


def form(rng):
    lang = rng.choice(list(HOME_IDS))
    wanted = ["EMAIL_ADDRESS", "PHONE_NUMBER", "DATE_OF_BIRTH", "CUSTOMER_NUMBER", rng.choice(HOME_IDS[lang])]
    wanted = [e for e in wanted if lang in LABELS[e]]
    rng.shuffle(wanted)
    separator = rng.choice([": ", ":\t", " = ", ": ", "\n"])
    lines = [f"{rng.choice(LABELS[e][lang])}{separator}{value(rng, e, lang)}" for e in wanted[: rng.randint(3, 5)]]
    lines.insert(rng.randint(0, len(lines)), distractor(rng, lang))
    return lang, "\n".join(lines)


def json_record(rng):
    entities = rng.sample(["EMAIL_ADDRESS", "PHONE_NUMBER", "DATE_OF_BIRTH", "IP_ADDRESS", "IBAN_CODE", "CREDIT_CARD",
                           "US_SSN", "CUSTOMER_NUMBER", "CVV", "CARD_EXPIRY", "UK_NINO", "BR_CPF", "UK_POSTCODE"], 4)
    n = neutral(rng)
    fields = {key_of(rng, e): value(rng, e) for e in entities}
    fields |= {"order_id": n["o"], "created_at": f"20{rng.randint(23, 26)}-05-11T09:31:00Z", "total": n["p"]}
    items = list(fields.items())
    rng.shuffle(items)
    return "en", json.dumps(dict(items), ensure_ascii=False, indent=rng.choice([None, None, 2]))


def csv_table(rng):
    entities = rng.sample(["EMAIL_ADDRESS", "PHONE_NUMBER", "IBAN_CODE", "CREDIT_CARD", "US_SSN", "CUSTOMER_NUMBER",
                           "UK_NHS", "DE_TAX_ID", "NL_BSN", "PL_PESEL", "SE_PERSONNUMMER"], rng.choice([2, 3]))
    separator = rng.choice([",", ";", "\t", " | "])
    rows = [["order_id", *(KEYS[e][0] for e in entities), "amount"]]
    for _ in range(rng.choice([1, 2, 3])):
        n = neutral(rng)
        rows.append([n["o"], *(value(rng, e) for e in entities), n["p"]])
    return "en", "\n".join(separator.join(row) for row in rows)


def log_lines(rng):
    n = neutral(rng)
    return "en", rng.choice([
        lambda: f"{value(rng, 'IP_ADDRESS')} - - [11/May/2026:09:31:00 +0000] \"GET /orders/{n['o']} HTTP/1.1\" 200 5316",
        lambda: f"2026-05-11T09:31:00.123Z WARN auth login failed user={value(rng, 'EMAIL_ADDRESS')} "
                f"ip={value(rng, 'IP_ADDRESS')} attempt=3",
        lambda: f"May 11 09:31:00 host sshd[{n['t']}]: Failed password for root from {value(rng, 'IP_ADDRESS')} port 52011 ssh2",
        lambda: f"level=info msg=\"sms sent\" to={mark('PHONE_NUMBER', v.phone_international(rng))} duration=12ms build={n['x']}",
        lambda: f"ERROR payment order={n['o']} pan={mark('CREDIT_CARD', v.card_digits(rng))} amount={n['p']} code=51",
        lambda: f"DEBUG > Authorization: Bearer {mark('ACCESS_TOKEN', v.access_token(rng))}\nDEBUG < 200 OK (31 ms)",
        lambda: f"dhcpd: DHCPACK on {value(rng, 'IP_ADDRESS')} to {value(rng, 'MAC_ADDRESS')} via eth1",
        lambda: f"postfix/smtp[{n['t']}]: to=<{value(rng, 'EMAIL_ADDRESS')}>, relay=none, delay=0.4, status=bounced",
        lambda: f"config loaded: DB_URL={value(rng, 'URL')} retries=3",
    ])()


def transcript(rng):
    card, mail = value(rng, "CREDIT_CARD"), value(rng, "EMAIL_ADDRESS")
    n = neutral(rng)
    a, c = rng.choice([("Agent", "Customer"), ("agent", "customer"), ("Support", "User"), ("A", "C")])
    return "en", rng.choice([
        lambda: f"{a}: Thanks for calling. What's the order number?\n{c}: {n['o']}\n{a}: And the card you paid with?\n{c}: {card}\n"
                f"{a}: Expiry?\n{c}: {value(rng, 'CARD_EXPIRY')}\n{a}: And the three digits on the back?\n{c}: {mark('CVV', v.digits(rng, 3))}",
        lambda: f"{a}: Can I have your e-mail and a phone number?\n{c}: {mail} and {mark('PHONE_NUMBER', v.phone_us(rng))}\n{a}: Great, one moment.",
        lambda: f"{a}: For security, your date of birth?\n{c}: {value(rng, 'DATE_OF_BIRTH')}\n{a}: And the last order?\n{c}: {n['o']}, ${n['p']}",
        lambda: f"{a}: I've texted you a code, please read it out.\n{c}: {mark('ONE_TIME_CODE', v.digits(rng, 6))}\n{a}: Perfect, you're verified.",
        lambda: f"{a}: May I have your username, email address and order ID please?\n{c}: {mail}\n{c}: Order ID: {n['o']}\n{a}: Thank you!",
        lambda: f"{a}: Which account should we refund?\n{c}: sort code {value(rng, 'UK_SORT_CODE')}, account number {mark('ACCOUNT_NUMBER', v.uk_account(rng))}\n"
                f"{a}: £{n['p']} is on its way.",
        lambda: f"{a}: Bank details for the ACH?\n{c}: routing {value(rng, 'ABA_ROUTING_NUMBER')} and account {value(rng, 'US_BANK_NUMBER')}",
        lambda: f"{a}: What's your social?\n{c}: {mark('US_SSN', v.us_ssn(rng))}\n{a}: and your zip?\n{c}: 75227",
        lambda: f"{a}: Wie lautet Ihre Kundennummer?\n{c}: {value(rng, 'CUSTOMER_NUMBER')}\n{a}: Und das Geburtsdatum?\n{c}: {value(rng, 'DATE_OF_BIRTH', 'de')}",
        lambda: f"{a}: Quel est votre numéro de téléphone ?\n{c}: {value(rng, 'PHONE_NUMBER', 'fr')}\n{a}: Merci, et l'adresse mail ?\n{c}: {mail}",
        lambda: f"{a}: ¿Su número de DNI?\n{c}: {value(rng, 'ES_NIF')}\n{a}: ¿Y el pedido?\n{c}: {n['o']}",
    ])()


def mail_thread(rng):
    lang, closing = signature(rng)
    n = neutral(rng)
    sender, receiver = value(rng, "EMAIL_ADDRESS"), value(rng, "EMAIL_ADDRESS")
    return lang, (f"From: {name(rng)} <{sender}>\nTo: {receiver}\nSubject: Order {n['o']}\nDate: Mon, 11 May 2026 09:31:00 +0200\n\n"
                  f"{distractor(rng, lang)} {in_sentence(rng, rng.choice(['IBAN_CODE', 'CUSTOMER_NUMBER', 'PHONE_NUMBER']), lang if lang in ('en', 'de') else 'en')}\n\n{closing}")


ARTICLES = [
    ("Refunds are paid back to the method of payment. Check in the billing view that the purchase is less than 90 days old, "
     "then open the refund form and enter the amount without the currency sign. ", " Close the case with code R-204 once the "
     "payment shows as settled, usually within 3 to 5 working days."),
    ("If a customer cannot sign in, first rule out a browser problem: clear the cache, try a private window, check that the clock "
     "of the device is right. ", " Accounts lock after 5 failed attempts and open again after 30 minutes. Escalate to level 2 with "
     "error code E-1043 if the lock stays."),
    ("To change the delivery address, open the order, choose Edit and save before 14:00; later changes only apply to the next "
     "parcel. ", " Parcels over 31.5 kg go by freight and cannot be redirected. See section 4.2 of the shipping manual."),
    ("Die Sperrung einer Karte dauert höchstens 10 Minuten. Öffnen Sie den Vorgang, wählen Sie »Sperren« und bestätigen Sie mit "
     "Ihrem Kürzel. ", " Die Ersatzkarte kommt in 5 bis 7 Werktagen; die Gebühr beträgt 9,90 €."),
    ("Le remboursement est possible sous 14 jours. Ouvrez la commande, vérifiez l'état de la livraison puis cliquez sur "
     "« Rembourser ». ", " Le délai habituel est de 3 à 5 jours ouvrés, et les frais de port restent à la charge du client."),
    ("Para dar de baja un servicio, abra la ficha del contrato y compruebe la permanencia (12 o 24 meses). ", " La baja se hace "
     "efectiva el último día del mes y la penalización máxima es de 99,00 €."),
    ("Router restarts help in about 40 % of cases. Ask the customer to unplug the device for 30 seconds and wait until the third "
     "light is green. ", " Firmware 4.18.2 fixes the reconnect loop; models before 2019 stay on 3.9."),
    ("Warranty claims need the receipt and a photo of the defect. Items bought on or after 01/03/2024 have 24 months, older ones 12. ",
     " Quote reference WC-88213 in the reply and offer a voucher of up to $25 while the customer waits."),
]
EXAMPLE_LEADS = {
    "en": ["Example from last week: ", "Known case - ", "Escalation note: ", "A caller wrote: ", ""],
    "de": ["Beispiel aus der letzten Woche: ", ""], "fr": ["Exemple récent : ", ""], "es": ["Ejemplo reciente: ", ""],
}


def article(rng):
    at = rng.randrange(len(ARTICLES))
    lang = {3: "de", 4: "fr", 5: "es"}.get(at, "en")
    entity = rng.choice([e for e in LABELS if lang in LABELS[e]])
    before, after = ARTICLES[at]
    return lang, f"{before}{rng.choice(EXAMPLE_LEADS[lang])}{in_sentence(rng, entity, lang)}{after}"


def long_article(rng):
    """A page of a knowledge base, two or three paragraphs with a leak in one or two of them."""
    picked = rng.sample([a for i, a in enumerate(ARTICLES) if i not in (3, 4, 5)], rng.choice([2, 3]))
    leaks = rng.sample([e for e in LABELS if "en" in LABELS[e]], rng.choice([1, 2]))
    paragraphs = []
    for at, (before, after) in enumerate(picked):
        middle = rng.choice(EXAMPLE_LEADS["en"]) + in_sentence(rng, leaks[at], "en") if at < len(leaks) else distractor(rng, "en")
        paragraphs.append(f"{before}{middle}{after}")
    style = rng.randrange(3)
    if style == 0:
        return "en", "# How to handle it\n\n" + "\n\n".join(paragraphs)
    if style == 1:
        return "en", "<h2>How to handle it</h2>" + "".join(f"<p>{p}</p>" for p in paragraphs)
    return "en", "\n".join(f"{i}. {p}" for i, p in enumerate(paragraphs, 1))


def agent_note(rng):
    """Notes as agents type them in a hurry."""
    n = neutral(rng)
    tel, mail = mark("PHONE_NUMBER", v.phone_us(rng)), value(rng, "EMAIL_ADDRESS")
    return "en", rng.choice([
        lambda: f"cust called re order {n['o']}, cb {tel}, will try again tmrw",
        lambda: f"CX verified dob {value(rng, 'DATE_OF_BIRTH')}, last4 of card ok, refunded ${n['p']}",
        lambda: f"acct# {value(rng, 'ACCOUNT_NUMBER')} - pw reset done, sent to {mail}",
        lambda: f"ph#{tel} // email {mail} // tkt {n['t']}",
        lambda: f"caller upset abt invoice {n['r']}; new tel {tel}; new addr on file",
        lambda: f"cust no {value(rng, 'CUSTOMER_NUMBER')} wants iban changed to {value(rng, 'IBAN_CODE')}",
        lambda: f"VM left @ {tel} 2x, no answer",
        lambda: f"chg'd ${n['p']} to cc {value(rng, 'CREDIT_CARD')} exp {value(rng, 'CARD_EXPIRY')}, DO NOT SHARE",
        lambda: f"kd ruft zurück, tel {value(rng, 'PHONE_NUMBER', 'de')}, kdnr {value(rng, 'CUSTOMER_NUMBER')}",
        lambda: f"pls call hubby instead {tel} thx",
        lambda: f"ssn {value(rng, 'US_SSN')} dob {value(rng, 'DATE_OF_BIRTH')} ver ok",
        lambda: f"gave otp {mark('ONE_TIME_CODE', v.digits(rng, 6))} over phone (fraud?), pw was {value(rng, 'PASSWORD')}",
    ])()


# Turns and actions of the ABCD conversations, with made-up values in the places of theirs.
ABCD_TURNS = [
    "agent: I'd just need your phone number.\ncustomer: {tel}\naction: Details of {tel} have been entered.",
    "agent: ok, may I have your username, email address and order ID please?\ncustomer: {mail}\ncustomer: Order ID: {o}",
    "agent: additional to this you would give me the order ID and email\ncustomer: {o}\ncustomer: {mail}\nagent: everything in order, soon I will indicate the status of your refund.",
    "customer: {mail}\naction: Purchase validation in progress ...",
    "action: Details of {tel} have been entered.\naction: The manager has been notified.",
    "agent: sure, may I have your email please?\ncustomer: {mail}\nagent: thanks so much! What is your membership level?\ncustomer: I'm a bronze",
]


def abcd_turns(rng):
    tel, mail = mark("PHONE_NUMBER", v.phone_us(rng)), value(rng, "EMAIL_ADDRESS")
    return "en", rng.choice(ABCD_TURNS).format(tel=tel, mail=mail, o=v.digits(rng, 10, "123456789"))


def tag_and_leak(rng):
    """A tag clears itself and nothing beside it."""
    mail, tel = value(rng, "EMAIL_ADDRESS"), mark("PHONE_NUMBER", v.phone_us(rng))
    card, ssn = value(rng, "CREDIT_CARD"), value(rng, "US_SSN")
    return "en", rng.choice([
        f"[EMAIL] {mail}", f"Call <PHONE_NUMBER_0> or {tel}", f"card [CREDIT_CARD] was replaced by {card}",
        f"{{{{customer.phone}}}} ({tel})", f"SSN ***-**-6789, corrected: {ssn}", f"[NAME] wrote from {mail} about [ORDER]",
        f"****1234 declined, {card} accepted", f"j***@example.com is the same person as {mail}",
        f"[REDACTED], e-mail {mail}, card [REDACTED]", f"<masked> {card} <masked>", f"phone: XXX-XXX-1234 / {tel}",
        f"%EMAIL% => {mail}", f"From [PERSON] <{mail}>: my card [PAYMENT_CARD] does not work",
        f"Customer [CUSTOMER_NAME], DOB [DOB], SSN {ssn}", f"The old card XXXX-XXXX-XXXX-1234 became {card}.",
    ])


def bank_details(rng):
    return "en", rng.choice([
        lambda: f"Sort code: {value(rng, 'UK_SORT_CODE')} Account number: {mark('ACCOUNT_NUMBER', v.uk_account(rng))}",
        lambda: f"{value(rng, 'UK_SORT_CODE')} / {mark('ACCOUNT_NUMBER', v.uk_account(rng))} (sort code / account)",
        lambda: f"Pay to s/c {value(rng, 'UK_SORT_CODE')} a/c {mark('ACCOUNT_NUMBER', v.uk_account(rng))} ref INV-2291",
        lambda: f"Wire: ABA {value(rng, 'ABA_ROUTING_NUMBER')}, bank account number {value(rng, 'US_BANK_NUMBER')}, amount $1,250.00",
        lambda: f"Routing number: {value(rng, 'ABA_ROUTING_NUMBER')}\nChecking account number: {value(rng, 'US_BANK_NUMBER')}",
        lambda: f"card {value(rng, 'CREDIT_CARD')} exp {value(rng, 'CARD_EXPIRY')} cvv {value(rng, 'CVV')}",
        lambda: f"{value(rng, 'CREDIT_CARD')}, {value(rng, 'CARD_EXPIRY')}, CVC {value(rng, 'CVV')}",
    ])()


DOCUMENTS = [  # (class, maker, how many)
    ("signature", signature, 60), ("form", form, 60), ("json_record", json_record, 35), ("csv_table", csv_table, 30),
    ("log_lines", log_lines, 35), ("transcript", transcript, 45), ("mail_thread", mail_thread, 15),
    ("article", article, 70), ("long_article", long_article, 30), ("agent_note", agent_note, 40), ("abcd_turns", abcd_turns, 20),
    ("tag_and_leak", tag_and_leak, 40), ("bank_details", bank_details, 35),
]
OFTEN = {"CREDIT_CARD": 80, "PHONE_NUMBER": 90, "EMAIL_ADDRESS": 70, "DATE_OF_BIRTH": 75, "PASSWORD": 70,
         "API_KEY": 70, "PRIVATE_KEY": 64, "ONE_TIME_CODE": 65, "US_SSN": 60}


def families():
    """`(class, maker, how many)` of every family of this kind."""
    for entity in MAKERS:
        yield entity, lambda rng, entity=entity: single(rng, entity), OFTEN.get(entity, 58)
    yield from DOCUMENTS
