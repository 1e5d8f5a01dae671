//! The Registry's statements, on a native `SQLite`.

use super::audit::{Note, ReadAudit};
use super::erasures::{BeginErasure, Begun, GetErasures, NoteErasure};
use super::live::GetLive;
use super::schema::VERSIONS;
use super::sites::{GetSite, ListSites, Ping, PutReply as PutSiteReply, PutSite};
use super::surveys::{GetSurvey, ListSurveys, ListVersions, Pause, Publish, PutReply, PutSurvey, Status};
use super::tokens::{AddToken, FindToken, ListTokens, RevokeToken, RotateToken};
use super::webhooks::{AddReply, AddWebhook, ChangeWebhook, DeleteWebhook, ListWebhooks, MOST, RotateSecret};
use crate::rpc::Command;
use rusqlite::Connection;

const NPS: &str = r#"{"title":"T","metric":"nps","triggers":[]}"#;
const CSAT: &str = r#"{"title":"T","metric":"csat","triggers":[]}"#;
const CSAT_7: &str = r#"{"title":"T","metric":"csat","scale":{"min":1,"max":7},"triggers":[]}"#;

fn database() -> Connection {
    let database = Connection::open_in_memory().unwrap();
    crate::sql::open(&database, &VERSIONS).unwrap();
    crate::sql::open(&database, &VERSIONS).unwrap();
    database
}

fn site(database: &Connection, settings: &str, now: i64) -> PutSiteReply {
    let (id, settings, secret, actor) = ("shop".into(), settings.into(), "0a".into(), "kid".into());
    PutSite { id, settings, secret, actor }.run(database, now).unwrap()
}

fn draft(database: &Connection, site: &str, draft: &str, shards: Option<u16>) -> PutReply {
    let (id, actor) = ("s".into(), "kid".into());
    PutSurvey { site: site.into(), id, draft: draft.into(), shards, actor }.run(database, 3).unwrap()
}

fn publish(database: &Connection) -> Option<u32> {
    Publish { site: "shop".into(), id: "s".into(), actor: "kid".into() }.run(database, 4).unwrap()
}

fn pause(database: &Connection) -> Option<Status> {
    Pause { site: "shop".into(), id: "s".into(), actor: "kid".into() }.run(database, 5).unwrap()
}

fn fixed(reply: PutReply) -> Vec<String> {
    match reply {
        PutReply::Fixed(members) => members,
        _ => Vec::new(),
    }
}

fn audited(database: &Connection) -> Vec<String> {
    let mut rows = database.prepare("SELECT action || ' ' || subject FROM audit ORDER BY rowid").unwrap();
    rows.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_site_keeps_its_secret_and_counts_its_changes() {
    let database = database();
    Ping {}.run(&database, 0).unwrap();
    assert!(GetSite { id: "shop".into() }.run(&database, 0).unwrap().is_none());
    assert!(site(&database, "{}", 1).created);
    let replaced =
        PutSite { id: "shop".into(), settings: "{1}".into(), secret: "ff".into(), actor: "kid".into() };
    let replaced = replaced.run(&database, 2).unwrap();
    assert_eq!((replaced.created, replaced.site.version, replaced.site.created_at), (false, 2, 1));
    let same = site(&database, "{1}", 3);
    assert_eq!((same.site.version, same.site.updated_at), (2, 2), "nothing changed");
    let live = GetLive { site: "shop".into() }.run(&database, 0).unwrap().unwrap();
    assert_eq!((live.secret.as_str(), live.version), ("0a", 2));
    assert_eq!(ListSites {}.run(&database, 0).unwrap().len(), 1);
    assert_eq!(audited(&database), ["site.create shop", "site.update shop"]);
}

#[test]
fn versions_grow_only_with_changes_and_only_live_ones_are_asked() {
    let database = database();
    assert!(matches!(draft(&database, "shop", NPS, None), PutReply::UnknownSite));
    assert!(ListSurveys { site: "shop".into() }.run(&database, 0).unwrap().is_none());
    site(&database, "{}", 1);
    assert_eq!((publish(&database), pause(&database)), (None, None));
    assert!(matches!(draft(&database, "shop", NPS, None), PutReply::Done { created: true, .. }));
    assert_eq!(pause(&database), Some(Status::Draft), "a draft stays one");
    let live = || GetLive { site: "shop".into() }.run(&database, 0).unwrap().unwrap();
    assert_eq!((live().surveys.len(), live().drafts), (0, vec!["s".to_owned()]));
    assert_eq!((publish(&database), publish(&database)), (Some(1), Some(1)));
    let other = NPS.replace("\"T\"", "\"U\"");
    assert!(matches!(draft(&database, "shop", &other, None), PutReply::Done { created: false, .. }));
    assert_eq!(live().surveys.first().map(|survey| survey.definition.clone()), Some(NPS.into()));
    assert_eq!((publish(&database), pause(&database)), (Some(2), Some(Status::Paused)));
    let asked: Vec<bool> = live().surveys.iter().map(|survey| survey.asked).collect();
    assert_eq!(asked, [false], "a paused survey still takes what is under way");
    assert_eq!(publish(&database), Some(2), "publishing resumes what was paused");
    let survey = GetSurvey { site: "shop".into(), id: "s".into() }.run(&database, 0).unwrap().unwrap();
    assert_eq!(
        (survey.status, survey.version, survey.published),
        (Status::Live, Some(2), Some(other.clone()))
    );
    let versions = ListVersions { site: "shop".into(), id: "s".into() }.run(&database, 0).unwrap();
    let versions = versions.into_iter().map(|one| (one.version, one.definition, one.published_at, one.actor));
    let by = || Some("kid".to_owned());
    assert_eq!(versions.collect::<Vec<_>>(), [(2, other, 4, by()), (1, NPS.into(), 4, by())]);
    assert_eq!(
        audited(&database),
        [
            "site.create shop",
            "survey.create shop/s",
            "survey.publish shop/s 1",
            "survey.draft shop/s",
            "survey.publish shop/s 2",
            "survey.pause shop/s",
            "survey.publish shop/s 2"
        ]
    );
}

#[test]
fn shards_are_fixed_at_once_and_the_scale_by_the_first_publication() {
    let database = database();
    site(&database, "{}", 1);
    draft(&database, "shop", NPS, Some(4));
    assert_eq!(fixed(draft(&database, "shop", CSAT, Some(8))), ["shards"]);
    assert!(fixed(draft(&database, "shop", CSAT, Some(4))).is_empty());
    publish(&database);
    assert_eq!(fixed(draft(&database, "shop", NPS, None)), ["metric"]);
    assert_eq!(fixed(draft(&database, "shop", CSAT_7, Some(5))), ["scale", "shards"]);
    assert!(fixed(draft(&database, "shop", CSAT, None)).is_empty());
}

#[test]
fn a_published_window_stays_the_order_or_stays_another() {
    let by = |window: &str| format!("{},\"frequency\":{{\"window\":{window}}}}}", &NPS[..NPS.len() - 1]);
    for (published, then, is_fixed) in [
        (by("\"order\""), by("\"ever\""), true),
        (by("\"order\""), NPS.to_owned(), true),
        (by("{\"days\":5}"), by("\"order\""), true),
        (by("\"order\""), by("\"order\""), false),
        (by("{\"days\":5}"), by("\"ever\""), false),
        (NPS.to_owned(), by("{\"days\":1}"), false),
    ] {
        let database = database();
        site(&database, "{}", 1);
        draft(&database, "shop", &then, None);
        assert!(fixed(draft(&database, "shop", &published, None)).is_empty(), "a draft is free");
        publish(&database);
        let expected: &[&str] = if is_fixed { &["frequency/window"] } else { &[] };
        assert_eq!(fixed(draft(&database, "shop", &then, None)), expected, "{published} {then}");
    }
}

fn add_token(database: &Connection) {
    let (kid, hash, scopes, sites) = ("k".into(), "00".into(), vec!["admin".into()], vec!["shop".into()]);
    let add = AddToken { kid, hash, scopes, sites, expires_at: Some(9), actor: "kid".into() };
    add.run(database, 1).unwrap();
}

#[test]
fn a_token_is_found_rotated_and_ended_by_its_public_name() {
    let database = database();
    add_token(&database);
    let find = |kid: &str| FindToken { kid: kid.into() }.run(&database, 1).unwrap();
    let found = find("k").unwrap();
    assert_eq!((found.hash.as_str(), &found.former, found.expires_at), ("00", &None, Some(9)));
    assert_eq!(found.sites, ["shop"]);
    assert!(find("x").is_none());
    let rotate = |kid: &str, hash: &str, overlap_seconds| {
        let (kid, hash) = (kid.into(), hash.into());
        RotateToken { kid, hash, overlap_seconds, actor: "kid".into() }.run(&database, 5).unwrap()
    };
    assert_eq!(rotate("k", "11", 2).unwrap().former, Some(("00".into(), 2005)));
    assert_eq!(rotate("k", "22", 1).unwrap().former, Some(("11".into(), 1005)), "two at most");
    let last = rotate("k", "33", 0).unwrap();
    assert_eq!((last.hash.as_str(), last.former), ("33", None));
    assert!(rotate("x", "44", 0).is_none());
    for _ in 0..2 {
        RevokeToken { kid: "k".into(), actor: "kid".into() }.run(&database, 6).unwrap();
    }
    assert_eq!((find("k"), ListTokens {}.run(&database, 6).unwrap()), (None, vec![]));
    assert_eq!(
        audited(&database),
        ["token.create k", "token.rotate k", "token.rotate k", "token.rotate k", "token.revoke k"]
    );
}

#[test]
fn a_receipt_is_there_from_the_beginning_and_grows() {
    let database = database();
    let begin = |id: &str, kind: &str, survey: Option<&str>, goes_on| {
        let (site, id, kind, survey) = ("shop".into(), id.into(), kind.into(), survey.map(Into::into));
        BeginErasure { site, id, kind, survey, actor: "kid".into(), goes_on }.run(&database, 7).unwrap()
    };
    assert_eq!(begin("1", "order", None, false), Begun::UnknownSite);
    site(&database, "{}", 1);
    assert_eq!(begin("1", "order", Some("s"), false), Begun::UnknownSurvey);
    draft(&database, "shop", NPS, Some(4));
    assert_eq!(begin("1", "order", None, false), Begun::Surveys(vec![("s".into(), 4)]));
    let note = |erased, is_whole, next: Option<&str>| {
        let (site, id, next) = ("shop".into(), "1".into(), next.map(Into::into));
        NoteErasure { site, id, erased, is_whole, next }.run(&database, 8).unwrap().unwrap()
    };
    assert_eq!(note(1, false, None).next.as_deref(), Some("1.s.0"), "it goes on where it was");
    assert_eq!(note(1, true, Some("1.s.3")).next.as_deref(), Some("1.s.3"));
    assert_eq!(begin("1", "order", None, true), Begun::Surveys(vec![("s".into(), 4)]));
    assert_eq!(begin("1", "user", None, true), Begun::UnknownErasure, "of another kind");
    assert_eq!(begin("1", "order", Some("s"), true), Begun::UnknownErasure, "of other surveys");
    let done = note(1, true, None);
    assert_eq!((done.erased, done.at, done.next), (3, 7, None));
    assert_eq!(begin("1", "order", None, true), Begun::UnknownErasure, "it is done");
    begin("2", "response", Some("s"), false);
    let page = |before: Option<&str>, limit| {
        let get = GetErasures { site: "shop".into(), id: None, before: before.map(Into::into), limit };
        get.run(&database, 0).unwrap().into_iter().map(|receipt| receipt.id).collect::<Vec<_>>()
    };
    assert_eq!(
        (page(None, 9), page(None, 1), page(Some("2"), 9)),
        (vec!["2".to_owned(), "1".to_owned()], vec!["2".to_owned()], vec!["1".to_owned()])
    );
    assert!(GetErasures::one("other", "1".into()).run(&database, 0).unwrap().is_empty());
    assert_eq!(audited(&database)[2..], ["erasure.create shop 1", "erasure.create shop 2"]);
}

/// Also what a store of the first version has noted.
#[test]
fn the_audit_log_is_read_by_site_newest_first() {
    let database = Connection::open_in_memory().unwrap();
    crate::sql::open(&database, &VERSIONS[..1]).unwrap();
    site(&database, "{}", 1);
    database.execute("INSERT INTO token VALUES ('k', '00', '[]', '[]', 1, NULL)", []).unwrap();
    database.execute("INSERT INTO audit VALUES (1, 'kid', 'token.create', 'shop')", []).unwrap();
    crate::sql::open(&database, &VERSIONS).unwrap();
    assert_eq!(FindToken { kid: "k".into() }.run(&database, 1).unwrap().unwrap().former, None);
    draft(&database, "shop", NPS, None);
    publish(&database);
    for subject in ["shop/s csv", "shop 0193", "shop-2/s csv"] {
        let (actor, action) = ("visitor".into(), "x".into());
        Note { actor, action, subject: subject.into() }.run(&database, 6).unwrap();
    }
    let read = |site: Option<&str>, before, limit| -> Vec<(i64, String)> {
        let entries = ReadAudit { site: site.map(Into::into), before, limit }.run(&database, 0).unwrap();
        entries.into_iter().map(|entry| (entry.number, entry.subject)).collect()
    };
    let all = ["shop-2/s csv", "shop 0193", "shop/s csv", "shop/s 1", "shop/s", "shop", "shop"];
    let numbered = |subjects: &[(i64, &str)]| -> Vec<(i64, String)> {
        subjects.iter().map(|(number, subject)| (*number, (*subject).to_owned())).collect()
    };
    assert_eq!(read(None, None, 9).into_iter().map(|(_, subject)| subject).collect::<Vec<_>>(), all);
    let own = [(6, "shop 0193"), (5, "shop/s csv"), (4, "shop/s 1"), (3, "shop/s"), (1, "shop")];
    assert_eq!(read(Some("shop"), None, 9), numbered(&own), "a token's name is no site's");
    assert_eq!(read(Some("shop"), Some(4), 1), numbered(&own[3..4]));
    let plan: String = database
        .query_row(
            "EXPLAIN QUERY PLAN SELECT 1 FROM audit WHERE site = 'a' AND rowid < 9 ORDER BY rowid DESC",
            [],
            |row| row.get(3),
        )
        .unwrap();
    assert!(plan.contains("audit_by_site (site=? AND rowid<?)"), "{plan}");
}

#[test]
fn a_store_of_the_first_release_is_opened_and_one_of_a_later_release_is_not() {
    let database = Connection::open_in_memory().unwrap();
    crate::sql::open(&database, &VERSIONS[..1]).unwrap();
    assert!(site(&database, "{}", 1).created);
    let settings = |days: u32| {
        let settings = r#"{"name":"S","origins":[],"consent_policy":"opt_in","retention_days":DAYS}"#;
        settings.replace("DAYS", &days.to_string())
    };
    for (id, days) in [("short", 1), ("long", 9)] {
        let (settings, secret, actor) = (settings(days), "0a".into(), "kid".into());
        PutSite { id: id.into(), settings, secret, actor }.run(&database, 1).unwrap();
    }
    crate::sql::open(&database, &VERSIONS).unwrap();
    assert!(!site(&database, "{}", 2).created, "the site is still there");
    for (id, days) in [("short", 8), ("long", 9)] {
        let kept = GetLive { site: id.into() }.run(&database, 0).unwrap().unwrap().settings;
        assert_eq!(kept, settings(days), "{id}");
        assert!(sondeo_survey::site::Site::parse(kept.as_bytes()).is_ok());
    }
    assert_eq!(ListWebhooks { site: "shop".into() }.run(&database, 0).unwrap().unwrap().len(), 0);
    database.execute("UPDATE meta SET value = value + 1 WHERE name = 'schema_version'", []).unwrap();
    assert!(crate::sql::open(&database, &VERSIONS).is_err());
}

#[test]
fn webhooks_keep_their_secret_and_are_noted() {
    let database = database();
    let add = |site: &str, id: &str| {
        let (site, id, actor) = (site.into(), id.into(), "kid".into());
        AddWebhook { site, id, definition: "{1}".into(), secret: "whsec_a".into(), actor }
            .run(&database, 1)
            .unwrap()
    };
    assert!(matches!(add("shop", "a"), AddReply::UnknownSite));
    site(&database, "{}", 1);
    assert!(matches!(add("shop", "a"), AddReply::Done(_)));
    let change = |id: &str| {
        let (site, id, actor) = ("shop".into(), id.into(), "kid".into());
        ChangeWebhook { site, id, definition: "{2}".into(), actor }.run(&database, 2).unwrap()
    };
    let changed = change("a").unwrap();
    assert_eq!((changed.definition.as_str(), changed.secret.as_str()), ("{2}", "whsec_a"));
    assert!(change("b").is_none());
    let rotate = |id: &str, secret: &str, overlap_seconds| {
        let (site, id, secret, actor) = ("shop".into(), id.into(), secret.into(), "kid".into());
        RotateSecret { site, id, secret, overlap_seconds, actor }.run(&database, 5).unwrap()
    };
    assert_eq!(rotate("a", "whsec_b", 2).unwrap().former, Some(("whsec_a".into(), 2005)));
    let two = rotate("a", "whsec_c", 1).unwrap();
    let signing = [two.secrets(1004).collect::<Vec<_>>(), two.secrets(1005).collect()];
    assert_eq!(signing, [vec!["whsec_c", "whsec_b"], vec!["whsec_c"]], "two at most");
    assert_eq!((two.former_until(1004), two.former_until(1005)), (Some(1005), None));
    assert_eq!(rotate("a", "whsec_d", 0).unwrap().former, None);
    assert!(rotate("b", "whsec_e", 0).is_none());
    let live = GetLive { site: "shop".into() }.run(&database, 0).unwrap().unwrap();
    assert_eq!(live.webhooks.iter().map(|webhook| webhook.id.as_str()).collect::<Vec<_>>(), ["a"]);
    let delete = || DeleteWebhook { site: "shop".into(), id: "a".into(), actor: "kid".into() };
    assert_eq!([delete().run(&database, 3).unwrap(), delete().run(&database, 3).unwrap()], [true, false]);
    let noted = audited(&database).join(", ").replace("webhook.", "").replace(" shop/a", "");
    assert_eq!(noted, "site.create shop, create, update, rotate, rotate, rotate, delete");

    for n in 0..MOST {
        assert!(matches!(add("shop", &n.to_string()), AddReply::Done(_)));
    }
    assert!(matches!(add("shop", "more"), AddReply::TooMany));
}
