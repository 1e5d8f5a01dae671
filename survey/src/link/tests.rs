use super::*;
use proptest::prelude::*;

const SECRET: [u8; 32] = [7; 32];
const NOW: i64 = 1_800_000_000_000;

/// Computed by Python's hmac module. Shops make proofs by themselves: these bytes never change.
#[test]
fn a_proof_is_pinned() {
    let key = identity_key(&SECRET);
    assert_eq!(key, "528fa44377f9ec702718f65949bf83607c005afbf7cf3e3d84a7cc926dc8fdeb");
    let proof = "6c0877613749d76ed7995b9ccfcb8df6034fedb582adfe7beceea5319eb9bb51";
    assert!(is_proof(&key, "u-77", proof));
    let order_key = order_key(&SECRET);
    assert_eq!(order_key, "8dfe95691e9db2d93001ccad5db57330b6f04b5036ba658a96f9dbc15643440f");
    let of_order = "e6f2d86be3a3297b8d3f32d3b9d84e54888dfdc7420d30e5358d993bf4c3a417";
    assert!(is_proof(&order_key, "1042", of_order) && !is_proof(&key, "1042", of_order));
    let upper = proof.to_uppercase();
    for (user, proof, expected) in [
        ("u-77", upper.as_str(), true),
        ("u-78", proof, false),
        ("u-77", proof.split_at(62).0, false),
        ("u-77", "", false),
        ("u-77", "zz", false),
    ] {
        assert_eq!(is_proof(&key, user, proof), expected, "{user} {proof}");
    }
}

/// Computed by OpenSSL and by Python's hmac module. Shops sign by themselves: these bytes never change.
#[test]
fn signatures_are_pinned() {
    let key = key(&SECRET);
    assert_eq!(key, "4f49f45630766e440451584732681757aa53717770b98d7d657d17054970c009");
    let query = "order=1042&value=59.90&currency=EUR&locale=es&expires=1800000001";
    assert_eq!(
        sign(&key, "shop", "post-purchase", query),
        "394987a51fac01a520815c603d98d6ea84c2f56d609ba94c179254c131d55869"
    );
    assert_eq!(
        preview_token(&SECRET, "shop", "nps", 1_800_000_001),
        "1800000001.e749b394de74e87bc0e89a01d25b9dc86a30c0defa32517a7be46d953bea6778"
    );
}

#[test]
fn only_what_is_signed_counts() {
    let key = key(&SECRET);
    let sig = |query: &str| sign(&key, "shop", "nps", query);
    let read = |query: &str| Claims::signed(&key, "shop", "nps", query, NOW);
    let order = |query: &str| read(query).unwrap().unwrap().order.map(|order| order.id);
    let (one, late) = (sig("order=1"), sig("order=1&expires=1800000000"));
    assert_eq!(read("order=1&score=9"), Ok(None));
    assert_eq!(order(&format!("order=1&sig={one}&score=9&order=2&user=u")), Some("1".into()));
    assert_eq!(read(&format!("order=1&sig={one}&user=u")).unwrap().unwrap().user, None);
    assert_eq!(order(&format!("sig={}&order=2", sig(""))), None);
    for (query, expected) in [
        (format!("order=2&sig={one}"), Refused::Forged),
        (format!("order=1&user=u&sig={one}"), Refused::Forged),
        (format!("order=1&sig=x&sig={one}"), Refused::Forged),
        (format!("order=1&sig={}", one.get(..62).unwrap()), Refused::Forged),
        ("order=1&sig=".into(), Refused::Forged),
        (format!("order=1&expires=1800000000&sig={late}"), Refused::Expired),
        (format!("expires=soon&sig={}", sig("expires=soon")), Refused::Expired),
    ] {
        assert_eq!(read(&query), Err(expected), "{query}");
    }
    let apostrophe = sig("order=o'brien&attr.a=%2527");
    assert_eq!(order(&format!("order=o%27brien&attr.a=%2527&sig={apostrophe}")), Some("o'brien".into()));
    assert_eq!(order(&format!("order=o%27brien&sig={}", sig("order=o%27brien"))), Some("o'brien".into()));
    assert!(read(&format!("expires=1800000001&sig={}", sig("expires=1800000001"))).is_ok());
    let other = Claims::signed(&key, "shop", "csat", &format!("order=1&sig={one}"), NOW);
    assert_eq!(other, Err(Refused::Forged), "another survey's");
}

#[test]
fn a_preview_is_for_one_survey_and_one_hour() {
    let token = preview_token(&SECRET, "shop", "nps", NOW / 1000 + 1);
    let is_good = |site, survey, token: &str, now| is_preview_token(&SECRET, site, survey, token, now);
    assert!(is_good("shop", "nps", &token, NOW));
    assert!(!is_good("shop", "nps", &token, NOW + 1000));
    assert!(!is_good("shop", "csat", &token, NOW) && !is_good("other", "nps", &token, NOW));
    let (until, signature) = token.split_once('.').unwrap();
    for wrong in [format!("9{until}.{signature}"), format!("{until}."), until.to_owned(), String::new()] {
        assert!(!is_good("shop", "nps", &wrong, NOW), "{wrong}");
    }
}

#[test]
fn what_does_not_fit_is_left_out() {
    let long = "x".repeat(201);
    let claims = Claims::parse(&format!(
        "order=%20&user={long}&value=1&consent=maybe&attr.=x&attr.plan=pro&attr.plan=free&attr.long={long}"
    ));
    assert_eq!(claims, Claims { attributes: vec![("plan".into(), "pro".into())], ..Claims::default() });
    let claims = Claims::parse("order=1042&value=59,90&currency=EUR&consent=granted&l=pt-BR");
    let order = Order { id: "1042".into(), value: None, currency: Some("EUR".into()) };
    assert_eq!((claims.order, claims.consent), (Some(order), Some(Status::Granted)));
    assert_eq!(claims.locale.as_deref(), Some("pt-BR"));
}

#[test]
fn every_fault_of_a_request_is_named() {
    let text = br#"{"value": "1,5", "currency": "EUR", "user": 7, "locale": "?", "consent": "yes", "expires_in_days": 0}"#;
    let tab = LinkRequest::parse(br#"{"order": "1\t2", "user": "a\tb"}"#).unwrap_err();
    let tab: Vec<String> = tab.0.iter().map(|fault| format!("{} {}", fault.pointer, fault.detail)).collect();
    assert_eq!(tab, ["/order has a control character", "/user has a control character"]);
    let faults = LinkRequest::parse(text).unwrap_err();
    let pointers: Vec<&str> = faults.0.iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!(pointers, ["/value", "/order", "/expires_in_days", "/user", "/locale", "/consent"]);
}

proptest! {
    #[test]
    fn a_link_says_what_was_asked_for(
        order in prop::option::of("[^\\p{C}]{1,30}"),
        user in prop::option::of("[ -~]{1,30}"),
        attributes in prop::collection::btree_map("[a-z&=.]{1,9}", "[^\\p{C}]{1,9}", 0..4),
        days in prop::option::of(1u32..3650),
    ) {
        let body = serde_json::json!({
            "order": order, "user": user, "attributes": attributes, "expires_in_days": days, "consent": "granted",
        });
        let Ok(request) = LinkRequest::parse(body.to_string().as_bytes()) else { return Ok(()) };
        let key = key(&SECRET);
        let query = request.query(&key, "shop", "nps", NOW);
        let read = Claims::signed(&key, "shop", "nps", &format!("{query}&score=3"), NOW);
        prop_assert_eq!(read, Ok(Some(request.claims)));
    }
}
