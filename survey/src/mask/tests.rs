use super::mask;
use proptest::prelude::*;

#[test]
fn what_goes() {
    for (text, expected) in [
        // e-mail
        ("ana.ruiz+shop@mail.example.co.uk!", "[e-mail]!"),
        ("(Ana@Example.COM)", "([e-mail])"),
        ("mailto:ana@example.com, müller@bücher.example", "mailto:[e-mail], [e-mail]"),
        ("почта: иван@пример.рф.", "почта: [e-mail]."),
        ("メールはana@example.jpです", "メールは[e-mail]です"),
        ("a@example.com-call me, b@example.com.", "[e-mail]-call me, [e-mail]."),
        ("a@b.cc,d@e.ff", "[e-mail],[e-mail]"),
        ("x@xn--bcher-kva.xn--p1ai", "[e-mail]"),
        // IBAN, with the examples of the banks' registry
        ("DE89370400440532013000", "[iban]"),
        ("My IBAN is de89 3704 0044 0532 0130 00 thanks", "My IBAN is [iban] thanks"),
        ("GB29-NWBK-6016-1331-9268-19.", "[iban]."),
        ("IBAN:NO9386011117947; FR1420041010050500013M02606", "IBAN:[iban]; [iban]"),
        ("MT84 MALT 0110 0001 2345 MTLC AST0 01S", "[iban]"),
        // cards: the networks' numbers for tests
        ("4111111111111111", "[card]"),
        ("my card 4111 1111 1111 1111 12/27", "my card [card] 12/27"),
        ("5500-0000-0000-0004.", "[card]."),
        ("2223003122003222, 3782 822463 10005 and 3056 930902 5904", "[card], [card] and [card]"),
        ("6011000990139424 3530111333300000 6759649826438453", "[card] [card] [card]"),
        ("６２１２３４５６７８９０１２３２", "[card]"),
        ("4111 1111 1111 1111(0100004111 1111 1111 1111", "[card]([phone] 1111 1111 1111"),
        // telephone numbers, as people of many countries write them
        ("+4915123456789", "[phone]"),
        ("Ring +44 (0)20 7946 0958 please", "Ring [phone] please"),
        ("+1 (415) 555-2671/+351 912 345 678", "[phone]/[phone]"),
        ("+(34) 612 34 56 78", "[phone]"),
        ("(0612345678)", "([phone])"),
        ("0049 151 23456789", "[phone]"),
        ("004915123456789", "[phone]"),
        (
            "(415) 555-2671 or 415-555-2671 or 415.555.2671 or 1-415-555-2671",
            "[phone] or [phone] or [phone] or [phone]",
        ),
        ("06 12 34 56 78", "[phone]"),
        ("06.12.34.56.78", "[phone]"),
        ("0612345678", "[phone]"),
        ("0171/1234567 und 030 123456-78", "[phone] und [phone]"),
        ("020 7946 0958, 07700 900123", "[phone], [phone]"),
        ("612 34 56 78 o 612 345 678", "[phone] o [phone]"),
        ("03-1234-5678、０９０－１２３４－５６７８", "[phone]、[phone]"),
        ("138 1234 5678", "[phone]"),
        ("98765 43210", "[phone]"),
        ("(11) 98765-4321", "[phone]"),
        ("55 1234 5678", "[phone]"),
        ("8 912 345-67-89", "[phone]"),
        ("079 123 45 67, 0532 123 45 67", "[phone], [phone]"),
        ("052-123-4567", "[phone]"),
        ("412 34 567", "[phone]"),
        ("tlf 12 34 56 78", "tlf [phone]"),
        ("Please call me: 5552671", "Please call me: [phone]"),
        ("order 1042, phone 13812345678", "order 1042, phone [phone]"),
        ("電話：0312345678", "電話：[phone]"),
        ("Tel.-Nr. 5552671", "Tel.-Nr. [phone]"),
        ("هاتف ٠١٢٣٤٥٦٧٨٩", "هاتف [phone]"),
    ] {
        assert_eq!(mask(text), expected, "{text}");
    }
}

#[test]
fn what_stays() {
    for text in [
        "",
        "Ten out of 10, 24/7, 3 for 2!",
        // addresses that are none
        "@shop 5 @ 3.50, 2@$5.00, me@localhost, a@b, @",
        // orders, deliveries, articles
        "order 1042",
        "Order #0612345678",
        "pedido 612 345 678",
        "Bestellnummer 0171 1234567",
        "305-1234567-1234567",
        "12-34567-89012",
        "INV-2026-000123",
        "1Z999AA10123456784 RR123456789PT",
        "9400 1000 0000 0000 0000 00",
        "00340434161094042557",
        "ISBN 978-3-16-148410-0, 0-306-40615-2, EAN 4006381333931",
        "IMEI 490154203237518",
        "1234567890",
        "ref. 0612345678",
        "0193a7c2-7b1e-7c4e-9d0a-3f5b2c1d4e6f",
        "12345678-1234-1234-1234-123456789012",
        "550e8400-e29b-41d4-a716-446655440000",
        // dates and times
        "2026-01-31 10:00:00",
        "31.01.2026 10:30, 01.02.2026 10:30, 01/02/2026, 31 01 2026",
        "2026/01/31, 1.2.26, 09:00-17:00, 2025-2026",
        // money and other numbers
        "1.299,00 € 12 000 000 1,234,567.89 600 000 000",
        "$612 345 678, 612 345 678 Ft",
        "612.345.678",
        "38.7223, -9.1393 and 3.14159265358979",
        "sizes 36 38 40 42, 90210-1234",
        "192.168.100.200, v1.22.333",
        // checksums that are wrong
        "DE88370400440532013000",
        "4111 1111 1111 1112",
        "ES12 no number",
        "AB12CDEF",
    ] {
        assert_eq!(mask(text), text);
    }
}

fn comments() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,6}",
        "[ \\-./()+@#]{1,2}",
        Just("@example.com".to_owned()),
        Just("@a.bé-".to_owned()),
        Just("DE89 3704 0044 0532 0130 00".to_owned()),
        Just("4111 1111 1111 1111".to_owned()),
        Just("tel ".to_owned()),
        Just("order ".to_owned()),
        Just("[phone]".to_owned()),
        "[a-zé電٣＋]{1,3}",
        "\\PC{0,4}",
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn masking_ends_and_grows_nothing(text in comments()) {
        let masked = mask(&text);
        prop_assert_eq!(mask(&masked), masked.clone(), "masked once: {}", &masked);
        prop_assert!(masked.len() <= text.len() + 2 * text.matches('@').count(), "{}", masked);
    }

    /// Whatever stands around it, apart by a space and free of digits.
    #[test]
    fn an_address_never_stays(before in "[a-z ,.!]{0,20}", local in "[a-z][a-z0-9.]{0,8}[a-z]", after in "[^@0-9]{0,20}") {
        let masked = mask(&format!("{before} {local}@example.com {after}"));
        prop_assert!(!masked.contains(&format!("{local}@")), "{}", masked);
    }
}
