"""Texts whose personal data has been masked already, in the styles of the platforms in use.

Nothing in them is personal data any more, so any find is a false one.
"""

import values as v
from pii import neutral

# (style, {what: tag}). Names follow the vendors' documentation of their redaction.
TAG_STYLES = {
    "genesys_words": {"card": "[card number]", "phone": "[phone number]", "email": "[email address]", "ssn": "[social security number]",
                      "dob": "[date of birth]", "name": "[name]", "cvv": "[cvv]", "acc": "[account number]", "pin": "[pin]"},
    "genesys_hash": {k: "####" for k in ("card", "phone", "email", "ssn", "dob", "name", "cvv", "acc", "pin")},
    "amazon_transcribe": {k: "[PII]" for k in ("card", "phone", "email", "ssn", "dob", "name", "cvv", "acc", "pin")},
    "amazon_contact_lens": {"card": "[CREDIT_DEBIT_NUMBER]", "phone": "[PHONE]", "email": "[EMAIL]", "ssn": "[SSN]", "dob": "[DATE_TIME]",
                            "name": "[NAME]", "cvv": "[CREDIT_DEBIT_CVV]", "acc": "[BANK_ACCOUNT_NUMBER]", "pin": "[PIN]"},
    "amazon_lex_slots": {"card": "{CardNumber}", "phone": "{PhoneNumber}", "email": "{EmailAddress}", "ssn": "{SSN}", "dob": "{DateOfBirth}",
                         "name": "{FirstName}", "cvv": "{cvv}", "acc": "{accountNumber}", "pin": "{PIN}"},
    "google_dlp": {"card": "[CREDIT_CARD_NUMBER]", "phone": "[PHONE_NUMBER]", "email": "[EMAIL_ADDRESS]", "ssn": "[US_SOCIAL_SECURITY_NUMBER]",
                   "dob": "[DATE_OF_BIRTH]", "name": "[PERSON_NAME]", "cvv": "[CVV]", "acc": "[FINANCIAL_ACCOUNT_NUMBER]", "pin": "[PASSWORD]"},
    "google_dlp_surrogate": {"card": "CC_TOKEN(36):AYsPnRzBkvAnLDt0vXbdPQQ1GL0xGUzQ3dLp", "phone": "PHONE_TOKEN(8):Kxz81bQp", "email": "EMAIL_TOKEN(8):Q0mz71aP",
                             "ssn": "SSN_TOKEN(8):aZ0pLq1m", "dob": "DOB_TOKEN(4):9aQe", "name": "NAME_TOKEN(6):hhA1zq", "cvv": "[CVV]", "acc": "ACC_TOKEN(6):pq82Lm", "pin": "[PIN]"},
    "azure": {"card": "[CreditCardNumber]", "phone": "[PhoneNumber]", "email": "[Email]", "ssn": "[USSocialSecurityNumber]", "dob": "[DateTime]",
              "name": "[Person]", "cvv": "[CVV]", "acc": "[USBankAccountNumber]", "pin": "[Password]"},
    "azure_stars": {k: "*" * n for k, n in (("card", 16), ("phone", 12), ("email", 15), ("ssn", 11), ("dob", 10), ("name", 6), ("cvv", 3), ("acc", 10), ("pin", 4))},
    "presidio": {"card": "<CREDIT_CARD>", "phone": "<PHONE_NUMBER>", "email": "<EMAIL_ADDRESS>", "ssn": "<US_SSN>", "dob": "<DATE_TIME>",
                 "name": "<PERSON>", "cvv": "<CVV>", "acc": "<US_BANK_NUMBER>", "pin": "<PIN>"},
    "llm_redactor": {"card": "<CREDIT_CARD_0>", "phone": "<PHONE_NUMBER_0>", "email": "<EMAIL_ADDRESS_1>", "ssn": "<SSN_2>", "dob": "<DATE_OF_BIRTH_0>",
                     "name": "<PERSON_3>", "cvv": "<CVV_0>", "acc": "<ACCOUNT_12>", "pin": "<PIN_1>"},
    "bracket_numbered": {"card": "[CARD_1]", "phone": "[PHONE_2]", "email": "[EMAIL_1]", "ssn": "[SSN_1]", "dob": "[DOB_1]", "name": "[NAME_4]",
                         "cvv": "[CVV_1]", "acc": "[ACCOUNT-1]", "pin": "[PIN#1]"},
    "handlebars": {"card": "{{customer.card_number}}", "phone": "{{customer.phone}}", "email": "{{ customer.email }}", "ssn": "{{customer.ssn}}",
                   "dob": "{{customer.date_of_birth}}", "name": "{{customer.first_name}}", "cvv": "{{card.cvv}}", "acc": "{{account.number}}", "pin": "{{pin}}"},
    "percent": {"card": "%CARD_NUMBER%", "phone": "%PHONE%", "email": "%EMAIL%", "ssn": "%SSN%", "dob": "%DOB%", "name": "%NAME%", "cvv": "%CVV%",
                "acc": "%ACCOUNT%", "pin": "%PIN%"},
    "shell": {"card": "${card}", "phone": "${phone}", "email": "${email}", "ssn": "${ssn}", "dob": "${birth_date}", "name": "${name}", "cvv": "${cvv}",
              "acc": "${account_number}", "pin": "$PIN"},
    "redacted_brackets": {k: "[REDACTED]" for k in ("card", "phone", "email", "ssn", "dob", "name", "cvv", "acc", "pin")},
    "redacted_typed": {"card": "[REDACTED CREDIT CARD]", "phone": "[REDACTED PHONE]", "email": "[REDACTED:EMAIL]", "ssn": "[REDACTED-SSN]", "dob": "[REDACTED DOB]",
                       "name": "[REDACTED NAME]", "cvv": "[REDACTED CVV]", "acc": "[REDACTED_ACCOUNT]", "pin": "[REDACTED PIN]"},
    "redacted_round": {k: "(redacted)" for k in ("card", "phone", "email", "ssn", "dob", "name", "cvv", "acc", "pin")},
    "masked_angle": {k: "<masked>" for k in ("card", "phone", "email", "ssn", "dob", "name", "cvv", "acc", "pin")},
    "removed_angle": {"card": "<card removed>", "phone": "<phone removed>", "email": "<email removed>", "ssn": "<ssn removed>", "dob": "<dob removed>",
                      "name": "<name removed>", "cvv": "<removed>", "acc": "<account removed>", "pin": "<pin removed>"},
    "blocks": {k: "▇" * n for k, n in (("card", 16), ("phone", 10), ("email", 12), ("ssn", 9), ("dob", 8), ("name", 5), ("cvv", 3), ("acc", 9), ("pin", 4))},
    "full_blocks": {k: "█████" for k in ("card", "phone", "email", "ssn", "dob", "name", "cvv", "acc", "pin")},
    "tombstone": {k: "∎" for k in ("card", "phone", "email", "ssn", "dob", "name", "cvv", "acc", "pin")},
    "hash_signs": {k: "#" * n for k, n in (("card", 16), ("phone", 10), ("email", 8), ("ssn", 9), ("dob", 8), ("name", 6), ("cvv", 3), ("acc", 8), ("pin", 4))},
    "x_runs": {"card": "xxxxxxxxxxxxxxxx", "phone": "xxx-xxx-xxxx", "email": "xxxx@xxxx.xxx", "ssn": "xxx-xx-xxxx", "dob": "xx/xx/xxxx", "name": "xxxxx",
               "cvv": "xxx", "acc": "xxxxxxxxxx", "pin": "xxxx"},
    "upper_x_runs": {"card": "XXXX-XXXX-XXXX-XXXX", "phone": "(XXX) XXX-XXXX", "email": "XXXXX@XXXXX.com", "ssn": "XXX-XX-XXXX", "dob": "XX/XX/XXXX", "name": "XXXXX",
                     "cvv": "XXX", "acc": "XXXXXXXX", "pin": "XXXX"},
    "dots": {"card": "•••• •••• •••• ••••", "phone": "•••-•••-••••", "email": "••••@••••.com", "ssn": "•••-••-••••", "dob": "••/••/••••", "name": "•••••", "cvv": "•••",
             "acc": "••••••••", "pin": "••••"},
    "double_square": {"card": "[[CARD]]", "phone": "[[PHONE]]", "email": "[[EMAIL]]", "ssn": "[[SSN]]", "dob": "[[DOB]]", "name": "[[NAME]]", "cvv": "[[CVV]]", "acc": "[[ACCOUNT]]", "pin": "[[PIN]]"},
    "dunder": {"card": "__CARD__", "phone": "__PHONE__", "email": "__EMAIL__", "ssn": "__SSN__", "dob": "__DOB__", "name": "__NAME__", "cvv": "__CVV__", "acc": "__ACCOUNT__", "pin": "__PIN__"},
    "german": {"card": "[Kartennummer]", "phone": "[Telefonnummer entfernt]", "email": "[E-Mail-Adresse]", "ssn": "[Steuer-ID]", "dob": "[Geburtsdatum]", "name": "[Name]",
               "cvv": "[Prüfziffer]", "acc": "[IBAN]", "pin": "[PIN entfernt]"},
    "french": {"card": "[numéro de carte]", "phone": "[téléphone masqué]", "email": "[adresse e-mail]", "ssn": "[NIR]", "dob": "[date de naissance]", "name": "[nom]",
               "cvv": "[cryptogramme]", "acc": "[IBAN masqué]", "pin": "[code]"},
    "spanish": {"card": "[número de tarjeta]", "phone": "<teléfono>", "email": "[correo]", "ssn": "[DNI]", "dob": "[fecha de nacimiento]", "name": "<nombre>",
                "cvv": "[CVV]", "acc": "[cuenta]", "pin": "[PIN]"},
    "salesforce": {"card": "[Payment Card Number]", "phone": "{!Contact.Phone}", "email": "{!Contact.Email}", "ssn": "[Social Security Number]", "dob": "{!Contact.Birthdate}",
                   "name": "{!Contact.FirstName}", "cvv": "[Security Code]", "acc": "{!Account.AccountNumber}", "pin": "[Pin]"},
    "zendesk": {k: "▇" * n for k, n in (("card", 12), ("phone", 6), ("email", 9), ("ssn", 7), ("dob", 6), ("name", 4), ("cvv", 2), ("acc", 6), ("pin", 3))},
    "mustache_dialogue": {"card": "<<card_number>>", "phone": "<<phone>>", "email": "<<email>>", "ssn": "<<ssn>>", "dob": "<<dob>>", "name": "<<name>>", "cvv": "<<cvv>>",
                          "acc": "<<account_id>>", "pin": "<<pin>>"},
    "abcd_delexed": {"card": "<credit_card>", "phone": "<phone>", "email": "<email>", "ssn": "<ssn>", "dob": "<dob>", "name": "<name>", "cvv": "<cvv>", "acc": "<account_id>", "pin": "<pin_number>"},
    "at_tags": {"card": "@card_number", "phone": "@phone_number", "email": "@sys.email", "ssn": "@ssn", "dob": "@sys.date", "name": "@sys.person", "cvv": "@cvv", "acc": "@account", "pin": "@pin"},
    "xml_tags": {"card": "<pii type=\"card\"/>", "phone": "<pii type=\"phone\"/>", "email": "<redacted type=\"email\"/>", "ssn": "<pii type=\"ssn\"/>", "dob": "<pii type=\"dob\"/>",
                 "name": "<pii type=\"name\"/>", "cvv": "<pii type=\"cvv\"/>", "acc": "<pii type=\"account\"/>", "pin": "<pii type=\"pin\"/>"},
    "hashed": {"card": "[CREDIT_CARD:9f2c1a]", "phone": "[PHONE_NUMBER:03bd77]", "email": "[EMAIL_ADDRESS:a81e0f]", "ssn": "[US_SSN:77c2e9]", "dob": "[DATE_OF_BIRTH:01fe4d]",
               "name": "[SUBJECT_TERM:5b1c90]", "cvv": "[CVV]", "acc": "[ACCOUNT_NUMBER:c3b1d2]", "pin": "[PIN]"},
}

TAG_FRAMES = [
    "My card number is {card} and my phone is {phone}.",
    "Please call {name} at {phone} or write to {email}.",
    "Customer {name} verified with DOB {dob} and SSN {ssn}.",
    "Card: {card} CVV: {cvv}",
    "E-mail: {email}\nTel: {phone}\nAccount number: {acc}",
    "Agent: Can I have your date of birth?\nCustomer: {dob}\nAgent: Thanks, {name}.",
    "Refund of ${p} to card {card}, order {o}.",
    "The PIN {pin} was entered three times.",
    "{{\"email\": \"{email}\", \"phone\": \"{phone}\", \"order_id\": \"{o}\"}}",
    "name,email,card\n{name},{email},{card}",
    "SSN: {ssn}",
    "I can't log in with {email}, my account number is {acc}.",
    "Hi {name}, we sent the code to {phone}.",
    "{card}",
    "Call {phone}/{email}",
    "phone={phone} user={email} status=ok",
    "Bitte {name} unter {phone} zurückrufen, Kundennummer {acc}.",
    "Bonjour {name}, votre carte {card} a été débitée de {p} €.",
    "born {dob}, passport {acc}",
    "password: {pin}",
]


def tagged(style):
    tags = TAG_STYLES[style]

    def maker(rng):
        frame = rng.choice(TAG_FRAMES)
        lang = "de" if frame.startswith("Bitte") else "fr" if frame.startswith("Bonjour") else "en"
        n = neutral(rng, lang)
        return lang, frame.format(**tags, o=n["o"], p=n["p"])

    return maker


# --- values that still show a permitted part ---------------------------------------------------

CARD_FRAMES = ["card {c}", "Your card {c} was charged ${p}.", "Visa {c} exp **/**", "Paid with {c} on order {o}.", "{c}",
               "The card ending in {last} was declined.", "Kreditkarte {c}", "PAN: {c}", "\"card\":\"{c}\"",
               "Agent: Is it the card {c}?\nCustomer: yes", "carte {c} débitée de {p} €", "refund to {c}"]
CARD_MASKS = {
    "card_last4_stars": lambda h, l: f"****{l}", "card_last4_groups": lambda h, l: f"**** **** **** {l}",
    "card_last4_x": lambda h, l: f"XXXX-XXXX-XXXX-{l}", "card_last4_x_lower": lambda h, l: f"xxxxxxxxxxxx{l}",
    "card_last4_dots": lambda h, l: f"•••• {l}", "card_six_four": lambda h, l: f"{h[:4]} {h[4:6]}** **** {l}",
    "card_six_four_x": lambda h, l: f"{h[:6]}XXXXXX{l}", "card_six_four_stars": lambda h, l: f"{h[:6]}******{l}",
    "card_eight_four": lambda h, l: f"{h[:8]}****{l}", "card_hash": lambda h, l: f"####-####-####-{l}",
    "card_middle_dots": lambda h, l: f"{h[:4]}••••••••{l}", "card_ellipsis": lambda h, l: f"…{l}",
}


def card_mask(style):
    def maker(rng):
        number = v.card_digits(rng, only16=True)
        n = neutral(rng)
        shown = CARD_MASKS[style](number[:8], number[-4:])
        return "en", rng.choice(CARD_FRAMES).format(c=shown, last=number[-4:], p=n["p"], o=n["o"])

    return maker


def email_mask(rng):
    given, domain = rng.choice(v.GIVEN), rng.choice(v.MAIL_DOMAINS)
    shown = rng.choice([f"{given[0]}***@{domain}", f"{given[0]}•••{given[-1]}@{domain}", f"***@{domain}", f"{given[0]}****{given[-1]}@{domain}",
                        f"{given[:2]}******@{domain}", f"{given[0]}***@e***.com", f"{given[0]}xxxx@{domain}", f"*****@*****.com", f"{given[0]}…@{domain}"])
    return "en", rng.choice(["We sent a link to {e}.", "e-mail: {e}", "Code sent to {e}. Not you? Ignore it.", "{e}", "login {e} locked", "<{e}>",
                             "Wir haben eine E-Mail an {e} gesendet.", "Un e-mail a été envoyé à {e}.", "\"email\":\"{e}\""]).format(e=shown)


def phone_mask(rng):
    last = v.digits(rng, 4)
    shown = rng.choice([f"+44 ******{last}", f"***-***-{last}", f"(XXX) XXX-{last}", f"+1 (•••) •••-{last}", f"+49 *** *****{last[2:]}", f"******{last}",
                        f"xxx-xxx-{last}", f"+33 * ** ** ** {last[2:]}", f"07*** ***{last[1:]}", f"###-###-{last}", f"+1********{last[2:]}"])
    return "en", rng.choice(["We'll call you at {e}.", "Phone: {e}", "A text was sent to {e}.", "{e}", "Code an {e} gesendet", "callback {e} queued",
                             "Nous avons appelé le {e}.", "Customer number on file: {e}", "mobile={e}"]).format(e=shown)


def id_mask(rng):
    last = v.digits(rng, 4)
    shown, label = rng.choice([(f"***-**-{last}", "SSN"), (f"XXX-XX-{last}", "SSN"), (f"xxx-xx-{last}", "social"), (f"•••-••-{last}", "SSN"),
                               (f"********{last}", "account"), (f"DE** **** **** **** **{last[:2]} {last[2:]}", "IBAN"), (f"GB29 **** **** **** **{last[2:]} **", "IBAN"),
                               (f"XXXX XXXX {last}", "Aadhaar"), (f"*****{last}", "account number"), ("***.***.***-**", "CPF"), (f"***.{last[:3]}.***-**", "CPF"),
                               ("**-**-**", "sort code"), (f"****{last[:3]}*", "DNI"), ("**/**/****", "date of birth"), (f"**{last[:2]}", "PIN"),
                               ("********", "password"), ("••••••••", "Passwort"), ("sk_live_****************", "API key"), ("AKIA****************", "AWS key"),
                               ("Bearer ********", "token"), ("***", "CVV"), ("******", "OTP"), (f"XXXXX{last[:3]}X", "PAN card")])
    return "en", rng.choice(["{l}: {e}", "{l} {e}", "Your {l} {e} is on file.", "{l} = {e}", "Is {e} still your {l}?", "\"{l}\": \"{e}\"",
                             "Agent: {l}?\nCustomer: {e}"]).format(l=label, e=shown)


def equal_digits(rng):
    d = rng.choice("0000123456789")
    z = rng.choice("09")
    shown, label = rng.choice([(f"{d * 4} {d * 4} {d * 4} {d * 4}", "card"), (d * 16, "card number"), (f"{d * 3}-{d * 2}-{d * 4}", "SSN"),
                               (f"({d * 3}) {d * 3}-{d * 4}", "phone"), (f"{d * 3}-{d * 3}-{d * 4}", "phone"), (d * 10, "phone"), (z * 9, "account number"),
                               ("00/00/0000", "date of birth"), ("99/99/9999", "DOB"), (d * 3, "CVV"), ("0000", "PIN"), ("000000", "verification code"),
                               ("00-00-00", "sort code"), (f"+{d * 11}", "mobile"), (f"{d * 11}", "CPF"), (f"{d * 4}-{d * 4}-{d * 4}-{d * 4}", "card")])
    return "en", rng.choice(["{l}: {e}", "My {l} is {e}.", "{l} {e}", "Customer gave {l} {e} today.", "{l}={e}", "{e} ({l})", "Agent: your {l}?\nCustomer: {e}"]).format(l=label, e=shown)


def families():
    for style in TAG_STYLES:
        yield style, tagged(style), 13
    for style in CARD_MASKS:
        yield style, card_mask(style), 8
    yield "email_partial", email_mask, 30
    yield "phone_partial", phone_mask, 30
    yield "id_partial", id_mask, 45
    yield "equal_digits", equal_digits, 30
