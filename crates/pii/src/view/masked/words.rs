//! The closed list of words that mask tags are made of, in the languages of the locales, in lower
//! case and without accents.
//!
//! Closed, so that a name in brackets is not taken for a tag. Every word of every
//! [`Entity`](crate::Entity) name is among them.

/// Words that say that something was taken away. One of them makes a tag of any bracket.
pub(super) const REMOVED: &str = "redacted redaction masked mask hidden removed omitted deleted suppressed censored anonymized \
    anonymised scrubbed obfuscated sanitized sanitised protected filtered blocked concealed \
    withheld stripped cleaned undisclosed deidentified tokenized tokenised encrypted hashed \
    pii phi pci unavailable restricted geschwarzt anonymisiert maskiert entfernt geloscht \
    ausgeblendet unkenntlich verborgen masque masquee supprime supprimee anonymise anonymisee \
    caviarde cache cachee retire occulte efface oculto oculta enmascarado enmascarada eliminado \
    eliminada censurado censurada borrado borrada anonimizado anonimizada suprimido protegido \
    oscurato oscurata mascherato mascherata rimosso rimossa nascosto omesso anonimizzato censurato \
    mascarado mascarada removido removida ocultado apagado verwijderd gemaskeerd \
    geanonimiseerd verborgen afgeschermd usuniete usunieto usuniety ukryte ukryto zanonimizowane \
    zanonimizowano zamaskowane borttagen borttaget maskerad dold dolt fjernet skjult maskert \
    sladdet anonymisert anonymiseret maskeret poistettu peitetty piilotettu 已脱敏 已隐藏 已删除 \
    已屏蔽 隐藏 脱敏 삭제됨 마스킹 가림 비공개 削除済み 伏字 非表示 マスク済み";

/// Words that say what was taken away.
pub(super) const NAMES: &str = "aadhaar aba abn abha access account accounts acct acn address addr age agent ahv alphanumeric \
    amount amex an and answer any api app area au auth authentication authorization auto aws az \
    badge bank banking bban be beneficiary bic billing birth birthdate birthday block body br brand \
    bsn business by ca caller card cardholder cardnumber case cc ccn ccv cell cellphone ch check \
    checking city client cn cnpj co code codes comment company contact content conversation cookie \
    country county cpf cpr credential credentials credit creditcard creditdebit crypto csc current \
    curp customer customers cvc cvv data date datetime day de debit description detail details \
    device digit digits dk dl dni dob doc document domain driver drivers driving e ein email emails \
    emailaddress employee employer end ending ends entity entry es event expiration expiry \
    expirydate ext extension facility fax fein field fi fin financial first firstname fiscal \
    fodselsnummer form fr from full fullname gb gender generic genesys given group gst health home \
    hospital host hostname house hsn http https iban id identification identifier identity ids in \
    income individual info information insurance international internet invoice ip ipv4 ipv6 irs \
    it item itin key keys kr label landline language last lastname lat latitude legal length \
    licence license line ln loc location location_coordinates login lon longitude loyalty mac mail \
    mailbox mailing maiden mbi medical medicare member membership message method middle mime misc \
    mobile money month mrn my na name names national nationality network next nhs nic nie nif nino \
    nir nl no none nric npi nrp number numbers numeric object of office on one order org \
    organisation organization other owner pan param parameter part participant party pass \
    passcode passphrase passport password patient payment person personal personname persons \
    personnummer pesel phone phonenumber phones physical pin pl place plate platform policy port \
    post postal postcode private profile prop property provider pt pwd question quantity reference \
    ref region registration relationship request requester reservation resident response result \
    rfc role routing rrn salary sale savings se sec secret security sender sensitive serial service \
    session sex sg sgd sin slot slots social sort source speaker ssn ssnnumber start state station \
    statement street string subject subscriber surname suite swift system tag tax taxpayer tel \
    telephone term text tfn the ticket time title to token town transaction transcript type uk unit \
    unknown uri url urls us usa use user userid username users utr uuid value values var variable \
    vat vehicle vendor verification vin visa visitor voice voter web website what whole with work \
    xml year your zip zipcode zone mastercard sortcode accountnumber dateofbirth hash sha256 md5 \
    value1 partial four \
    name nummer nummern karte karten kartennummer kreditkarte kreditkartennummer telefon \
    telefonnummer handy handynummer mobilnummer rufnummer adresse anschrift datum geburtsdatum \
    geburtstag konto kontonummer kunde kunden kundennummer kundenname vorname nachname passwort \
    kennwort strasse ort plz steuer steuernummer sozialversicherungsnummer ausweis ausweisnummer \
    personenbezogene daten der die das von und \
    nom prenom numero numeros carte bancaire telephone portable courriel compte client cliente date \
    naissance mot passe rue ville postal securite sociale du la le les des et donnees personnelles \
    nombre apellido apellidos tarjeta credito debito telefono movil correo electronico direccion \
    cuenta fecha nacimiento contrasena calle ciudad documento identidad seguridad datos personales \
    del el los las y \
    nome cognome carta di telefono cellulare indirizzo conto nascita codice fiscale via citta dati \
    personali della \
    cartao telefone celular telemovel endereco conta nascimento senha rua cidade do da dos dados \
    pessoais utente titular \
    naam voornaam achternaam kaart kaartnummer rekening rekeningnummer telefoon telefoonnummer adres \
    klant klantnummer geboortedatum wachtwoord straat plaats van het een gegevens \
    imie nazwisko numer karta karty telefonu konto konta klient klienta data urodzenia haslo ulica \
    miasto dane osobowe i \
    namn fornamn efternamn kort kortnummer telefonnummer adress fodelsedatum losenord kund \
    kundnummer navn fornavn etternavn efternavn adresse fodselsdato passord adgangskode kundenummer \
    nimi etunimi sukunimi puhelin puhelinnumero osoite syntymaaika salasana asiakas asiakasnumero \
    kortti sahkoposti og och ja \
    姓名 名字 电话 手机 手机号 电话号码 身份证 身份证号 银行卡 银行卡号 卡号 邮箱 地址 密码 生日 \
    出生日期 账号 이름 성명 전화번호 휴대폰 주민등록번호 카드번호 계좌번호 이메일 주소 비밀번호 \
    생년월일 氏名 名前 電話番号 住所 カード番号 口座番号 メール メールアドレス パスワード 生年月日";
