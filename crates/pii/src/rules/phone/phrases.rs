//! What telephones and calls are called.

use crate::context::{Phrases, Topic};

pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::Phone,
        phrases: "phone | phones | telephone | telephones | tel | tele | tel no | telno | mobile | \
            mobiles | mob | cell | cellphone | cell phone | landline | land line | home line | \
            office line | work line | direct line | support line | service line | customer line | phone line | line is | \
            line at | line on | direct dial | ddi | switchboard | hotline | \
            helpline | toll free | tollfree | fax | telefax | facsimile | whatsapp | wa me | \
            viber | ph | phonenumber | phone number | phone numbers | phone no | telephone no | \
            telephone number | mobile number | mobile no | mobile phone | cell number | \
            contact number | contact numbers | contact no | contact phone | contact details | \
            take a number | take your number | \
            telefono de contacto | numero de contacto | telefone de contato | \
            telefone de contacto | numero de contato | numero di contatto | \
            telefono di contatto | telephone de contact | numero de contact | kontakttelefon | \
            kontakttelefonnummer | contactnummer | telefon kontaktowy | numer kontaktowy | \
            callback number | call back number | caller number | caller id | callerid | ani | \
            dnis | msisdn | calling number | called number | calling party | called party | \
            dialled number | dialed number | sms number | emergency contact | home phone | \
            work phone | daytime phone | evening phone | best number | best number to reach | best number to call | best number for | number to reach | \
            number to call | can be reached at | can be reached on | reached at | reached on | \
            telefon | telefonnummer | telefonnr | telefonnumer | fernsprecher | handy | \
            handynummer | handynr | mobil | mobilnummer | mobilnr | mobiltelefon | \
            mobilfunknummer | mobilfunk | festnetz | festnetznummer | rufnummer | rufnr | \
            ruckrufnummer | durchwahl | telefonisch | fon | \
            telephonique | numero de telephone | portable | numero de portable | telecopie | \
            ligne directe | telefono | telefonos | numero de telefono | movil | \
            numero de movil | celular | numero de celular | telefono movil | fijo | \
            telefono fijo | cellulare | numero di telefono | numero di cellulare | cell | \
            recapito | recapito telefonico | telefone | telefones | telemovel | \
            numero de telefone | numero de telemovel | numero de celular | celular | contato | \
            telefoon | telefoonnummer | telefoonnr | mobiel | mobiele nummer | mobielnummer | \
            gsm | gsm nummer | vast nummer | telefonu | numer telefonu | nr telefonu | komorka | \
            komorkowy | numer komorki | telefonnumret | mobilnumret | telefonnummeret | mobilnummeret | mobiltelefonnummer | \
            tlf | tlfnr | tlf nr | tlfnummer | puhelin | puhelinnumero | puh | matkapuhelin | \
            kannykka | puhelinnumeroni | numeroni | kontaktnummer | \
            电话 | 电话号码 | 手机 | 手机号 | 手机号码 | 联系电话 | 联系方式 | 座机 | 電話 | 電話番号 | 携帯 | \
            携帯電話 | 携帯番号 | 連絡先 | 전화 | 전화번호 | 휴대폰 | 휴대폰번호 | 휴대전화 | 핸드폰 | 연락처",
    },
    Phrases {
        topic: Topic::Dial,
        phrases: "call | calls | called | calling | call me | call us | call back | callback | \
            call me at | call us at | call me on | call us on | called from | calling from | \
            dial | dialed | dialled | dialing | dialling | ring | ring me | rang | text | \
            texted | text me | sms | reach | reach me | reach us | reachable | contact | \
            contact me | contact us | speak to us | phoned | phoned from | phoning | \
            anrufen | rufen sie | rufen sie mich | rufen sie uns | ruft mich | ruf | ruf mich | ruckruf | zuruckrufen | angerufen | \
            erreichbar | erreichbar unter | erreichen | erreichen sie | kontakt | \
            appeler | appelez | appelle | appelez moi | appelez nous | rappelez moi | rappelez nous | me rappeler | m appeler | rappeler | rappelez | rappel | joindre | \
            joignable | contacter | contactez | llamar | llame | llamame | \
            llamenme | llamen | llamen al | llamadme | llamenos | llamadnos | marquenme | telefonearme | llameme | llamo | \
            llamada | llamadas | marcar | marque | contactar | contacto | contactarme | \
            localizarme | chiamare | chiamami | chiamatemi | chiamarmi | mi chiami | chiamateci | \
            richiamatemi | richiamate | richiami | mi richiami | richiamarmi | richiamateci | \
            contattarmi | contattateci | chiamate | chiami | richiamare | richiamami | \
            contattare | contattami | contattatemi | contatto | reperibile | ligar | ligue | \
            liguem | liguem me | ligue me | telefonem | telefone me | ligou | contactar | contacte | contate | contatar | bel | bellen | \
            bel mij | gebeld | terugbellen | bereikbaar | bereiken | zadzwon | dzwonic | \
            zadzwonic | kontaktowy | oddzwonic | ringa | ringde | na mig | kontakta | ringe | \
            ring meg | ring mig | kontakte | soita | soittaa | soittakaa | tavoitat | \
            致电 | 拨打 | 联系 | 전화해 | 연락 | お電話 | 連絡",
    },
    // What is counted or named, though a word of telephony names it.
    Phrases {
        topic: Topic::Reference,
        phrases: "call id | callid | contact id | call reference | call ref | call number | \
            call duration | call volume | call log id | phone model | phone order | \
            phone serial | callback url | call back url | callback uri | sms id | message sid | call sid | extension id",
    },
];
