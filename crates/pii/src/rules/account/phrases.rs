//! What accounts and customers are called, in the languages of those who call.

use crate::context::{Phrases, Topic};

/// What accounts and customers are called.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::BankAccount,
        phrases: "bank account | bank account number | bank account no | bank acct | bank acct \
            number | bank acct no | checking account | checking account number | savings \
            account | savings account number | checking acct | savings acct | deposit \
            account | direct deposit account | direct deposit account number | us bank \
            account | us bank account number | account number for direct deposit | ach \
            account | ach account number | wire account | wire account number | money market \
            account | money market account number | business checking | business checking \
            account | checking number | savings number | bank number | numero de cuenta de \
            cheques | cuenta corriente estadounidense | bankacct | bank_account_number | \
            account number at the bank | bank account we debit",
    },
    Phrases {
        topic: Topic::Account,
        phrases: "account | accnt | acount | accout | account numbr | account nubmer | \
            account nmuber | accnt number | accnt no | acount number | acount no | accout number | \
            acct numbr | account number | account no | account num | account nr | account id | \
            account code | accountnumber | acct | acct number | acct no | acct num | acct nr | \
            acct id | acc | acc no | acc number | acc num | a c | a c no | a c number | account \
            numbers | accounts | account reference number | current account | current account \
            number | billing account | billing account number | brokerage account | brokerage \
            account number | loan account | loan account number | loan number | mortgage account \
            | mortgage account number | credit account number | utility account | utility \
            account number | card account number | investment account number | konto | accountnummer | vertragskontonummer | vertragskonto nr | konto nr \
            | konto nummer | kontonummer | kontonr | bankkonto | bankkontonummer | kto | kto nr \
            | ktonr | girokonto | numero de compte | n° de compte | n° compte | n° conto | nº de \
            cuenta | n° de cuenta | compte | compte n | compte bancaire | numero de compte \
            bancaire | n de compte | no de compte | n compte | numero compte | cuenta | numero \
            de cuenta | cuenta bancaria | numero de cuenta bancaria | cuenta corriente | n de \
            cuenta | cuenta n | no de cuenta | conto | conto corrente | numero di conto | numero \
            conto | numero di conto corrente | n conto | numero del conto | conta | conta n o | n o da conta | n o de conta | cuenta n o | n o de cuenta | conto n | n o \
            conto | compte n° | konto nummer | conta \
            corrente | numero da conta | numero de conta | conta bancaria | rekening | \
            rekeningnummer | rekening nr | bankrekening | bankrekeningnummer | numer konta | \
            numer rachunku | nr konta | nr rachunku | rachunek | numer konta bankowego | \
            bankkontonr | kontonummeret | kontonumret | tilinumeroni | bankgiro | plusgiro | tilinumero | tili | kontonumro | clearingnummer \
            | 账号 | 账户 | 银行账号 | 口座番号 | 계좌번호",
    },
    Phrases {
        topic: Topic::Customer,
        phrases: "customer number | costumer number | costumer no | costumer id | custumer number | \
            custmer number | customer numbr | customer nubmer | customer nmuber | cutomer number | \
            customer no | customer num | customer nr | customer id | customer \
            ids | customer code | customer account | customer account number | customer account \
            no | customernumber | customerid | custid | kdnr | kd nr | kundennr | client n° | n o de cliente | n o cliente | cliente n o | cliente n° | n o de socio | \
            n° client | n° \
            de client | n° cliente | nº cliente | nº de cliente | numer klienta to | cust id | \
            cust no | cust number | cust nr | client number | client no | client id | client \
            code | client nr | client reference number | member number | member no | member id | \
            member nr | memberid | membership | membership number | membership no | membership \
            id | membership card number | insurance member id | health plan id | insurance id | \
            insurance number | insurance policy number | policy | policy number | policy no | \
            policy id | policyholder number | policyholder id | policy holder number | \
            subscriber number | subscriber no | subscriber id | subscription number | \
            subscription id | group number | loyalty number | loyalty id | loyalty card | \
            loyalty card number | loyalty no | loyalty account | rewards number | rewards id | \
            reward number | rewards account | rewards account number | rewards member | frequent \
            flyer number | frequent flyer | frequent flyer no | ff number | miles number | \
            patient number | patient no | patient id | patient identifier | patient account \
            number | patient record number | mrn | medical record number | medical record no | \
            medical record | chart number | employee number | employee no | employee id | \
            employee num | employee code | personnel number | personnel no | staff number | \
            staff no | staff id | emp id | emp no | payroll number | badge number | student \
            number | student id | student no | user number | user id | userid | user no | user \
            account number | guest number | guest id | cardholder id | contract number | \
            contract no | contract id | policyholder | crn | customer reference number | \
            kundennummer | kunden nr | kunden nummer | kunden id | kundenkonto | \
            kundenkontonummer | kundenkennung | vertragsnummer | vertragsnr | \
            versicherungsnummer | versichertennummer | versicherungsscheinnummer | policennummer \
            | mitgliedsnummer | mitgliedsnr | mitglieds id | patientennummer | patienten id | \
            personalnummer | personalnr | mitarbeiternummer | vertragskonto | teilnehmernummer | \
            benutzernummer | numero client | numero de client | numero du client | n client | no \
            client | identifiant client | code client | reference client | n de client | numero \
            d adherent | numero de contrat | numero d abonne | numero de membre | numero de \
            police | numero patient | numero de patient | numero de fidelite | carte de fidelite \
            | matricule | numero de matricule | numero de cliente | n de cliente | no de cliente \
            | cliente n | id de cliente | id cliente | codigo de cliente | codigo cliente | \
            numero cliente | numero de socio | numero de afiliado | numero de poliza | numero de \
            contrato | numero de paciente | numero de empleado | numero de abonado | numero de \
            miembro | numero de fidelidad | codice cliente | numero di cliente | numero tessera \
            | codice utente | numero socio | numero di polizza | numero polizza | numero \
            contratto | numero paziente | codice paziente | matricola | numero del cliente | \
            numero do cliente | codigo do cliente | numero de associado | numero da apolice | \
            numero de apolice | numero do contrato | numero de matricula | matricula | \
            klantnummer | klantnr | klant nummer | klant id | lidnummer | lidmaatschapsnummer | \
            polisnummer | relatienummer | contractnummer | patientnummer | personeelsnummer | \
            clientnummer | debiteurnummer | numer klienta | nr klienta | id klienta | \
            identyfikator klienta | numer polisy | nr polisy | numer czlonkowski | numer umowy | \
            numer pacjenta | numer pracownika | numer abonenta | kundnummer | kundnr | kund id | \
            kund nr | kundnumret | kundenummeret | medlemsnumret | medlemsnummeret | medlemsnummer | medlemsnr | forsakringsnummer | avtalsnummer | \
            anstallningsnummer | kundenummer | kundenr | kunde nr | kunde id | avtalenummer | \
            aftalenummer | policenummer | polisenummer | pasientnummer | ansattnummer | \
            medarbejdernummer | asiakasnumero | asiakasnumeroni | jasennumeroni | jasennumero | vakuutusnumero | 客户号 | 客户编号 | 会员号 \
            | 会员编号 | 顧客番号 | お客様番号 | 会員番号 | 고객번호 | 고객 번호 | 회원번호",
    },
    Phrases {
        topic: Topic::Reference,
        phrases: "account balance | balance | account manager | account type | account status | \
            account age | account opening | account opened | account created | account since | \
            account statement | account closed | account settings | account team | account \
            executive | membership fee | policy period | policy date | policy effective | policy \
            version | group policy | customer since | member since | store number | store no | \
            branch number | department number | room | room number | flat | extension | queue \
            number | case reference | device id | product number | policy section",
    },
];
