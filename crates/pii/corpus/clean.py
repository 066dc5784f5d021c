"""Texts without personal data, and as close to it as real ones come."""

import base64
import pathlib
import string
import uuid

import phonenumbers
from stdnum import ean, isbn, luhn

import values as v
from pii import neutral

HERE = pathlib.Path(__file__).parent


def pick(rng, frames, **slots):
    return rng.choice(frames).format(**slots)


def order_numbers(rng):
    number = rng.choice([
        v.digits(rng, rng.choice([6, 7, 8, 9, 10, 10, 11, 12]), "123456789"), f"{v.digits(rng, 3)}-{v.digits(rng, 7)}-{v.digits(rng, 7)}",
        f"SO{v.digits(rng, 8)}", f"#{v.digits(rng, 5)}", f"{v.digits(rng, 4)}-{v.digits(rng, 4)}", v.digits(rng, 16), f"ORD-2026-{v.digits(rng, 6)}",
        v.group(v.digits(rng, 9), (3, 2, 4), "-"), v.group(v.digits(rng, 10), (3, 3, 4), "-"),
    ])
    lang, frame = rng.choice([
        ("en", "Order ID: {x}"), ("en", "My order {x} has not arrived."), ("en", "Order number {x} was placed on {d}."), ("en", "order no. {x}, 2 items, ${p}"),
        ("en", "Please cancel order {x} and refund ${p}."), ("en", "{{\"order_id\": \"{x}\", \"total\": {q}}}"), ("en", "Purchase order {x} approved"),
        ("en", "Agent: What's the order ID?\nCustomer: {x}"), ("de", "Bestellnummer {x}"), ("de", "Meine Bestellung {x} vom {d} fehlt."), ("fr", "Commande n° {x}"),
        ("fr", "Ma commande {x} du {d} n'est pas arrivée."), ("es", "Número de pedido: {x}"), ("it", "Ordine n. {x} del {d}"), ("pt", "Pedido {x} de {d}"),
        ("nl", "Bestelnummer {x}"), ("pl", "Zamówienie nr {x}"), ("sv", "Ordernummer {x}"), ("en", "order_id,amount\n{x},{q}"), ("en", "Confirmation number {x}"),
    ])
    n = neutral(rng, lang)
    return lang, frame.format(x=number, d=n["d"], p=n["p"], q=n["p"])


def references(rng):
    word, number = rng.choice([
        ("Invoice", f"INV-{v.digits(rng, 6)}"), ("Invoice no.", v.digits(rng, 9)), ("Ticket", f"#{v.digits(rng, 7)}"), ("Case", v.digits(rng, 8)), ("Case number", v.digits(rng, 10)),
        ("Reference", v.digits(rng, 12)), ("Ref.", f"{v.chars(rng, 2, v.UPPER)}{v.digits(rng, 8)}"), ("RMA", v.digits(rng, 9)), ("Booking", v.chars(rng, 6, v.UPPER + "23456789")),
        ("Rechnung Nr.", f"{v.digits(rng, 4)}/{v.digits(rng, 5)}"), ("Rechnungsnummer", v.digits(rng, 10)), ("Vorgangsnummer", v.digits(rng, 9)), ("Facture n°", v.digits(rng, 8)),
        ("Factura", f"F{v.digits(rng, 7)}"), ("Numero di fattura", v.digits(rng, 7)), ("Chamado", v.digits(rng, 8)), ("Incident", f"INC{v.digits(rng, 7)}"), ("Change request", f"CHG{v.digits(rng, 7)}"),
        ("Quote", f"Q-{v.digits(rng, 5)}"), ("Contract article", v.digits(rng, 6)), ("Promo code", v.chars(rng, 8, v.UPPER)), ("Serial number", v.chars(rng, 12, v.UPPER + string.digits)),
        ("Serial no.", f"SN{v.digits(rng, 10)}"), ("Part number", f"{v.digits(rng, 3)}-{v.digits(rng, 5)}-{v.digits(rng, 2)}"), ("Model", f"{v.chars(rng, 3, v.UPPER)}-{v.digits(rng, 4)}"),
        ("SKU", f"{v.chars(rng, 3, v.UPPER)}-{v.digits(rng, 6)}"), ("Batch", v.digits(rng, 8)), ("Article no.", f"{v.digits(rng, 3)}.{v.digits(rng, 3)}.{v.digits(rng, 2)}"), ("Transaction", v.digits(rng, 14)),
    ])
    return "en", pick(rng, ["{w} {x}", "{w}: {x}", "{w} {x} is still open.", "Your {w} {x} was updated on {d}.", "See {w} {x} for details.", "{w} {x} - closed - {p}", "Re: {w} {x}",
                            "We opened {w} {x} for this problem.", "Please quote {w} {x} in your reply."], w=word, x=number, d=neutral(rng)["d"], p=neutral(rng)["p"])


def tracking_numbers(rng):
    carrier, number = rng.choice([
        ("UPS", f"1Z{v.chars(rng, 6, v.UPPER + string.digits)}{v.digits(rng, 10)}"), ("UPS", v.group(f"1Z{v.chars(rng, 6, v.UPPER + string.digits)}{v.digits(rng, 10)}", (2, 3, 3, 2, 4, 4), " ")),
        ("FedEx", v.digits(rng, 12)), ("FedEx", v.group(v.digits(rng, 12), (4, 4, 4), " ")), ("FedEx", v.digits(rng, 15)), ("FedEx", "96" + v.digits(rng, 20)),
        ("USPS", "94" + v.digits(rng, 20)), ("USPS", v.group("9400" + v.digits(rng, 18), (4, 4, 4, 4, 4, 2), " ")), ("DHL", v.digits(rng, 10)), ("DHL", f"JJD{v.digits(rng, 18)}"),
        ("DHL", f"00340{v.digits(rng, 15)}"), ("Royal Mail", f"{v.chars(rng, 2, v.UPPER)}{v.digits(rng, 9)}GB"), ("DPD", v.digits(rng, 14)), ("GLS", v.digits(rng, 11)), ("Hermes", v.digits(rng, 14)),
        ("PostNL", f"3S{v.chars(rng, 4, v.UPPER)}{v.digits(rng, 9)}"), ("La Poste", f"{v.digits(rng, 1)}{v.chars(rng, 1, v.UPPER)}{v.digits(rng, 11)}"), ("Correos", f"PQ{v.chars(rng, 4, v.UPPER)}{v.digits(rng, 16)}A"),
        ("China Post", f"LZ{v.digits(rng, 9)}CN"), ("Amazon", f"TBA{v.digits(rng, 12)}"),
    ])
    lang, frame = rng.choice([
        ("en", "Tracking number: {x}"), ("en", "Your {c} parcel {x} is on its way."), ("en", "{c} tracking {x}"), ("en", "Where is my package? {c} {x}"), ("en", "track it here: {x} ({c})"),
        ("en", "The tracking no. is {x}, shipped with {c}."), ("de", "Sendungsnummer {x} ({c})"), ("de", "{c}-Sendung {x} ist unterwegs."), ("fr", "Numéro de suivi {c} : {x}"),
        ("es", "Número de seguimiento {x} de {c}"), ("it", "Spedizione {c}, tracking {x}"), ("en", "Shipment {x} was scanned in Memphis at 04:12."), ("en", "{{\"carrier\":\"{c}\",\"tracking\":\"{x}\"}}"),
        ("en", "AWB {x}"), ("pt", "Código de rastreio: {x}"), ("nl", "Track & trace {x}"),
    ])
    return lang, frame.format(c=carrier, x=number)


def broken(digits):
    """The same number with a wrong last digit."""
    return digits[:-1] + str((int(digits[-1]) + 5) % 10)


def failing_checksums(rng):
    """Shapes of identifiers whose check digit is wrong; nobody can hold one of them."""
    card = v.until(lambda c: not luhn.is_valid(c), lambda: broken(v.card_digits(rng, True)))
    iban_bad = (lambda i: i[:2] + f"{(int(i[2:4]) + 7) % 90:02}" + i[4:])(v.iban(rng, rng.choice(["DE", "NL", "ES", "PL"])).replace(" ", "").replace("-", "").replace(v.NBSP, "").upper())
    what = rng.choice([
        v.group(card, (4, 4, 4, 4), rng.choice([" ", "-", ""])), v.group(card, (4, 4, 4, 4), rng.choice([" ", "-", ""])),
        rng.choice([iban_bad, v.group(iban_bad, (4,) * 7, " ")]),
        rng.choice([f"000-{v.digits(rng, 2, '123456789')}-{v.digits(rng, 4)}", f"666-{v.digits(rng, 2, '123456789')}-{v.digits(rng, 4)}", f"{v.digits(rng, 3, '1234')}-00-{v.digits(rng, 4)}",
                    f"{v.digits(rng, 3, '1234')}-{v.digits(rng, 2, '123456789')}-0000"]),
        broken(v.uk_nhs(rng)), broken(v.aba_routing_number(rng).replace(" ", "").replace("-", "")), broken(v.pl_pesel(rng)), broken(v.br_cpf(rng)),
        broken(v.nl_bsn(rng)), broken(v.ca_sin(rng)), broken(v.de_tax_id(rng)), broken(v.in_aadhaar(rng)), broken(v.no_fodselsnummer(rng)),
        broken(v.ch_ahv(rng)), broken(v.fr_nir(rng)), broken(v.au_tfn(rng)), broken(v.be_national_number(rng)),
    ])
    frames = ["Order {x} was shipped.", "Reference {x}", "ref no: {x}", "Article {x} is out of stock.", "Invoice number {x} over ${p}", "Serial {x}",
              "item {x}, quantity 2", "Booking reference {x} of {d}", "Batch {x} recalled", "Ticket {x} closed.", "part no. {x}", "{x} is the reference on the parcel."]
    if not dialable(what):
        frames += ["The box says {x}.", "I found the number {x} on the label.", "The sticker reads {x}, what does it mean?", "What is {x}?"]
    return "en", pick(rng, frames, x=what, p=neutral(rng)["p"], d=neutral(rng)["d"])


def dialable(text):
    """Whether a reader could take a number without context for somebody's telephone."""
    for region in ("US", "GB", "DE"):
        try:
            if phonenumbers.is_possible_number(phonenumbers.parse(text, region)):
                return True
        except phonenumbers.NumberParseException:
            pass
    return False


def product_codes(rng):
    number = rng.choice([
        lambda: (lambda b: b + ean.calc_check_digit(b))("40" + v.digits(rng, 10)), lambda: (lambda b: b + ean.calc_check_digit(b))("0" + v.digits(rng, 10)),
        lambda: isbn.format((lambda b: b + ean.calc_check_digit(b))("9783" + v.digits(rng, 8))), lambda: (lambda b: b + ean.calc_check_digit(b))("9780" + v.digits(rng, 8)),
    ])()
    return "en", pick(rng, ["EAN {x}", "GTIN: {x}", "ISBN {x}", "The barcode is {x}.", "UPC {x}, shelf 4", "Produkt mit EAN {x} ist nicht lieferbar.", "Book (ISBN {x}) arrived damaged.", "\"ean\": \"{x}\"",
                            "scan {x}"], x=number)


def versions(rng):
    x = rng.choice([f"{rng.randint(0, 20)}.{rng.randint(0, 30)}.{rng.randint(0, 99)}", f"{rng.randint(1, 12)}.{rng.randint(0, 9)}.{rng.randint(0, 20000)}.{rng.randint(0, 2000)}",
                    f"v{rng.randint(1, 9)}.{rng.randint(0, 20)}", f"{rng.randint(1, 4)}.{rng.randint(0, 9)}.{rng.randint(0, 9)}-rc.{rng.randint(1, 5)}", f"10.0.{rng.randint(10000, 26000)}.{rng.randint(1, 999)}",
                    f"{rng.randint(1, 9)}.{rng.randint(1, 20)}.{rng.randint(1, 20)}.{rng.randint(1, 200)}", f"2026.{rng.randint(1, 12)}.{rng.randint(1, 9)}"])
    lang, frame = rng.choice([("en", "Please update to version {x}."), ("en", "Firmware {x} fixes the reboot."), ("en", "build {x}"), ("en", "App version: {x}, iOS 18.2"), ("en", "release {x} notes"),
                              ("en", "It broke after the update to {x}."), ("en", "pip install tool=={x}"), ("en", "Windows build {x}"), ("de", "Seit Version {x} geht es nicht mehr."), ("fr", "version {x} installée"),
                              ("es", "la versión {x} falla"), ("en", "FROM alpine:{x}"), ("en", "Chrome/{x} Safari/537.36"), ("en", "\"version\": \"{x}\""), ("en", "driver {x} (64-bit)")])
    return lang, frame.format(x=x)


def hashes(rng):
    x = rng.choice([v.chars(rng, 40, v.HEX), v.chars(rng, 7, v.HEX), v.chars(rng, 32, v.HEX), v.chars(rng, 64, v.HEX), str(uuid.UUID(int=rng.getrandbits(128), version=4)),
                    str(uuid.UUID(int=rng.getrandbits(128), version=4)), "sha256:" + v.chars(rng, 64, v.HEX), v.chars(rng, 12, v.HEX)])
    return "en", pick(rng, ["commit {x}", "git checkout {x}", "md5sum: {x}  image.iso", "request id {x}", "trace_id={x} span=7", "conversationId {x}", "{{\"id\":\"{x}\",\"status\":\"done\"}}", "Merge {x} into main",
                            "digest {x}", "ETag: \"{x}\"", "correlation id: {x}", "checksum {x} does not match", "See document {x} in the knowledge base.", "cache key {x} expired", "interaction {x} ended"], x=x)


CODE = [
    "for i in range({a}, {b}):\n    total += prices[i] * 1.19", "if (retries > {a}) {{ throw new Error('E{b}'); }}", "SELECT id, total FROM orders WHERE status = 'open' LIMIT {b};",
    "const TIMEOUT_MS = {b}000;", "let card = form.querySelector('#card-number').value;", "password = getpass.getpass('Password: ')", "const token = process.env.API_TOKEN;",
    "def mask(ssn: str) -> str:\n    return '***-**-' + ssn[-4:]", "export API_KEY=$(vault read -field=key secret/app)", "#[derive(Debug)]\nstruct Card {{ number: String, cvv: String }}",
    "user.email = request.form['email']", "assert len(pin) == 4", "re.compile(r'\\d{{3}}-\\d{{2}}-\\d{{4}}')", "color: #{h};\nmargin: {a}px {b}px;", "0x{h}", "mov eax, 0x{h}", "chmod 0644 /etc/app/config.toml",
    "@app.route('/reset/<token>')", "curl -sS https://api.example.com/v2/orders?page={a}", "password: ${{{{ secrets.DB_PASSWORD }}}}", "docker run -p 8080:80 shop:{a}.{b}", "INSERT INTO orders VALUES ({b}, 'open', {a}.99);",
    "return fetch(`/users/${{userId}}`)", "git log --since=2026-01-01 -n {a}", "{{\"type\": \"object\", \"properties\": {{\"email\": {{\"type\": \"string\"}}}}}}", "<input type=\"password\" name=\"pin\" maxlength=\"{a}\">",
    "Authorization: Bearer <your token>", "api_key: YOUR_API_KEY_HERE", "password = \"\"", "apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: {a}", "errno={a} (0x{h}) at line {b}", "x = [{a}, {b}, 4096, 65535]",
    "rsync -avz --port=8730 backup@:/data /mnt", "<a href=\"mailto:\">write to us</a>", "font-size: {a}px; z-index: {b}99999;", "import {{ useState }} from 'react'; // {b} lines", "npm i @types/node@{a}.{b}.0",
    "fn luhn(digits: &[u8]) -> bool {{ digits.len() > {a} }}", "@media (min-width: {b}px) {{ .card {{ padding: {a}px }} }}",
]


def code(rng):
    return "en", rng.choice(CODE).format(a=rng.randint(2, 19), b=rng.randint(20, 999), h=v.chars(rng, rng.choice([6, 8]), v.HEX))


def base64_images(rng):
    raw = bytes(rng.randrange(256) for _ in range(rng.choice([60, 90, 150])))
    body = base64.b64encode(raw).decode()
    return "en", pick(rng, ["<img src=\"data:image/png;base64,iVBORw0KGgo{x}\">", "data:image/gif;base64,R0lGODlh{x}", "![logo](data:image/jpeg;base64,/9j/4AAQ{x})", "url(data:font/woff2;base64,d09GMgAB{x})"], x=body)


def log_clean(rng):
    n = neutral(rng)
    return "en", pick(rng, [
        "2026-05-11T09:31:{s}.{m}Z INFO shipped order={o} items=3 took={a}ms", "[{e}] worker-{a} finished job {o}", "GET /api/v2/orders/{o} 200 {a}ms", "{e} level=warn msg=\"slow query\" rows={o}",
        "kernel: [{o}.{m}] usb 1-1: new high-speed device number {a}", "pool=checkout active={a} idle=4 max=20", "WARN retry {a}/5 for message offset {e}", "memory 0x7ffd{h} freed, {o} bytes", "gc pause {a}.{m}ms heap {o}K",
        "timestamp={e}{m} seq={o}", "metrics: p50={a}ms p99={m}ms count={o}", "Deploy {n} done at 14:{s}, build {o}", "queue orders.eu depth {o} lag {a}s", "job_id={o} exit=0 elapsed=00:{s}:{a:02}",
    ], s=f"{rng.randint(0, 59):02}", m=f"{rng.randint(0, 999):03}", o=n["o"], a=rng.randint(1, 59), e=rng.randint(1_500_000_000, 1_900_000_000), h=v.chars(rng, 8, v.HEX), n=n["x"])


def timestamps(rng):
    e = rng.randint(1_500_000_000, 1_900_000_000)
    return "en", pick(rng, ["epoch {e}", "timestamp: {e}", "created_at={e}", "{{\"ts\": {e}{m}, \"type\": \"click\"}}", "expires={e}", "The event happened at {e}{m} (ms).", "updated 2026-05-11T09:31:00Z", "2026-05-11 09:31:00.{m}",
                            "Unix time {e}", "iat: {e}", "last_seen={e}{m}", "Zeitstempel {e}"], e=e, m=f"{rng.randint(0, 999):03}")


def measures(rng):
    a, b, c = rng.randint(2, 400), rng.randint(2, 300), rng.randint(1, 90)
    return "en", pick(rng, ["The box is {a} x {b} x {c} cm.", "{a}.{b} kg, {c} mm thick", "Coordinates {c}.{a}{b}, -{c}.{b}{a}", "lat {c}.{a}1234, lon {c}.{b}9876", "pages {a}-{b}", "see pp. {a}–{b}", "Size {a}/{b}R{c}", "resistance {a}.{b} kΩ",
                            "It costs ${a}.{c:02} instead of ${b}.00.", "{a} 000 000 € Umsatz", "1,{a:03},{b:03} downloads", "Rabatt von {c} % ab {a} €", "{a} GB SSD, {b} MHz", "EUR {a}.{b:03},{c:02}", "screen 1920x1080, {c} Hz", "R$ {a}.{b:03},{c:02}",
                            "population 8{a:03}{b:03}", "{a:03} {b:03} {c:03} zł", "between {a} and {b} pieces", "Maße: {a} × {b} × {c} mm", "the score was {c}-{a}", "{a},{b} litres per 100 km"], a=a, b=b, c=c)


def dates(rng):
    lang, frame = rng.choice([
        ("en", "The delivery is planned for {d}."), ("en", "Valid from {d}, price ${p}."), ("en", "Opening hours: Mon-Fri 09:00-18:00, Sat 10:00-14:00"), ("en", "Your contract starts on {d}."), ("en", "The sale ends {d} at 23:59."),
        ("en", "Invoice date {d}, due in 30 days"), ("de", "Lieferung am {d} zwischen 08:00 und 12:00 Uhr."), ("de", "Öffnungszeiten: Mo-Fr 8.00-18.30 Uhr"), ("fr", "Livraison prévue le {d}."), ("fr", "Ouvert de 9h00 à 18h30"),
        ("es", "La entrega será el {d}."), ("it", "Consegna prevista il {d}."), ("pt", "Entrega prevista para {d}."), ("nl", "Levering op {d} tussen 13:00 en 17:00"), ("pl", "Dostawa {d}."), ("sv", "Leverans {d}."),
        ("en", "Purchased on {d}, warranty 24 months"), ("en", "Updated {d} 14:05"), ("en", "Copyright 1998-2026, established 1952"), ("en", "The meeting is on {d}, room 4.12"), ("en", "FY2025/26, Q{t}"), ("en", "last login {d}"),
        ("en", "Copied from the changelog: {d} - fix login"), ("en", "The company was founded on {d}."), ("ko", "배송 예정일은 2026년 5월 11일입니다."), ("zh", "预计2026年5月11日送达。"),
    ])
    n = neutral(rng, lang)
    return lang, frame.format(d=n["d"], p=n["p"], t=rng.randint(1, 4))


def public_addresses(rng):
    """URLs without a token, and words with an @ that are no mailbox."""
    return "en", pick(rng, ["See https://www.example.com/help/returns?page={a}", "https://docs.example.org/v{a}/guide#section-{b}", "Go to example.com/track and enter the order.", "follow @acme_support for news", "https://example.com/products/{o}?color=red&size={a}",
                            "ftp://mirror.example.org/pub/release-{a}.{b}/", "git@: permission denied", "price @ ${b}.00 each", "http://localhost:{b}0/health", "https://example.com/search?q=reset+password", "The page https://example.com/reset-password is blank.",
                            "https://cdn.example.net/img/{o}.png?v={a}", "meet @ 5pm", "import x from '@scope/pkg'", "utm: https://example.com/?utm_source=mail&utm_campaign=may{a}", "https://example.com/orders/{o}", "https://status.example.com", "wss://push.example.com/v{a}/stream"],
                        a=rng.randint(1, 40), b=rng.randint(10, 99), o=neutral(rng)["o"])


def lines_of(name):
    return [line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def listed(lines):
    """A maker that hands out the given `(locale, text)` pairs."""
    def maker(rng):
        return rng.choice(lines)

    return maker


def families():
    yield "order_numbers", order_numbers, 110
    yield "references", references, 80
    yield "tracking_numbers", tracking_numbers, 90
    yield "failing_checksums", failing_checksums, 110
    yield "product_codes", product_codes, 30
    yield "versions", versions, 65
    yield "hashes", hashes, 65
    yield "code", code, 60
    yield "base64_images", base64_images, 12
    yield "log_lines", log_clean, 40
    yield "timestamps", timestamps, 30
    yield "measures", measures, 60
    yield "dates", dates, 45
    yield "public_addresses", public_addresses, 35
    for file in sorted((HERE / "texts").glob("*.txt")):
        locale = file.stem.split("_")[1] if "_" in file.stem else "en"
        locale = locale if len(locale) == 2 else "en"
        texts = [(locale, line.replace("\\n", "\n")) for line in lines_of(file)]
        count = {"abcd": 170}.get(file.stem, len(texts))
        yield file.stem, listed(texts), count
