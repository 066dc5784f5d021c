//! Every phrase that is a cue, gathered from the rules that it speaks for, and those that speak
//! against all of them.

use super::Topic;
use crate::rules;

/// Phrases of one topic.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Phrases {
    pub(crate) topic: Topic,
    /// In lower case and with accents left out, parted by `|`.
    pub(crate) phrases: &'static str,
}

/// All phrases of the built-in rules.
pub(crate) fn lexicon() -> impl Iterator<Item = &'static Phrases> {
    rules::PHRASES
        .iter()
        .chain(rules::country::PHRASES)
        .copied()
        .flatten()
        .chain(REFERENCE)
}

/// Names of numbers that say nothing about a person.
const REFERENCE: &[Phrases] = &[
    // Trade and logistics.
    Phrases {
        topic: Topic::Reference,
        phrases: "order | order number | order no | order id | orders | invoice | \
            invoice number | invoice no | invoice id | purchase order | po number | \
            quote number | quotation | tracking | tracking number | tracking code | \
            tracking id | track and trace | track trace | track it | shipment | \
            shipping number | parcel | package | consignment | waybill | awb | \
            delivery number | delivery note | receipt | receipt number | sku | item | \
            item number | article number | product code | product id | part number | \
            part no | model | model number | serial | serial number | serial no | batch | \
            batch number | lot number | ean | gtin | upc | isbn | issn | asin | barcode | \
            coupon | promo code | voucher | gift code | rma | return number | booking | \
            booking reference | booking number | confirmation number | \
            reservation number | flight | transaction | transaction id | \
            transaction number | transaction reference | payment reference | amount | \
            price | total | quantity | qty",
    },
    // Service.
    Phrases {
        topic: Topic::Reference,
        phrases: "ticket | ticket number | ticket id | case | case number | case id | case no | \
            incident | incident number | issue number | request id | request number | \
            service request | reference | reference number | reference no | \
            reference code | ref | ref no | ref number | job number | work order | \
            claim reference | complaint | queue | extension list | session id | \
            interaction id | conversation id | correlation id | trace id | event id | \
            message id | error code | status code",
    },
    // Technology and documents.
    Phrases {
        topic: Topic::Reference,
        phrases: "version | release | build | build number | revision | commit | hash | sha | \
            md5 | checksum | timestamp | epoch | unix time | port | firmware | \
            revision number | patch | kb | article | article id | page | pages | chapter | \
            section | figure | row | line | imei | uuid | guid | offset | bytes | size",
    },
    // German.
    Phrases {
        topic: Topic::Reference,
        phrases: "bestellung | bestellnummer | auftrag | auftragsnummer | rechnung | \
            rechnungsnummer | sendungsnummer | sendungsverfolgung | paketnummer | \
            artikelnummer | seriennummer | vorgangsnummer | ticketnummer | referenz | \
            referenznummer | lieferschein | betrag | aktenzeichen",
    },
    // French.
    Phrases {
        topic: Topic::Reference,
        phrases: "commande | numero de commande | facture | numero de facture | suivi | \
            numero de suivi | colis | dossier | numero de dossier | reference commande | \
            montant",
    },
    // Spanish and Portuguese.
    Phrases {
        topic: Topic::Reference,
        phrases: "pedido | numero de pedido | factura | numero de factura | seguimiento | \
            numero de seguimiento | guia | referencia | incidencia | fatura | \
            numero do pedido | encomenda | rastreio | codigo de rastreio | nota fiscal | \
            protocolo",
    },
    // Italian.
    Phrases {
        topic: Topic::Reference,
        phrases: "ordine | numero ordine | numero d ordine | fattura | spedizione | \
            riferimento | pratica | tracciamento",
    },
    // Dutch.
    Phrases {
        topic: Topic::Reference,
        phrases: "bestelling | bestelnummer | ordernummer | factuur | factuurnummer | zending | \
            referentie | zaaknummer",
    },
    // Polish.
    Phrases {
        topic: Topic::Reference,
        phrases: "zamowienie | zamowienia | numer zamowienia | faktura | faktury | przesylka | \
            numer przesylki | zgloszenie",
    },
    // Norwegian, Danish, Swedish and Finnish.
    Phrases {
        topic: Topic::Reference,
        phrases: "ordrenummer | ordre | bestallning | ordernr | fakturanummer | fakturanr | \
            faktura | sporingsnummer | kollinummer | kolli | saksnummer | sagsnummer | \
            arendenummer | ordrenummeret | ordernumret | fakturanummeret | fakturanumret | tilaus | \
            tilausnumero | tilausnumeroni | lasku | laskun numero | seurantakoodi | \
            viitenumero",
    },
    // Chinese, Korean and Japanese.
    Phrases {
        topic: Topic::Reference,
        phrases: "订单号 | 订单 | 快递单号 | 运单号 | 发票号 | 参考号 | 주문번호 | 주문 | 송장번호 | 운송장 | 注文番号 | 注文 | \
            追跡番号 | 伝票番号",
    },
];
