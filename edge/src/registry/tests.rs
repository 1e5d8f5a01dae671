//! The Registry's statements, on a native `SQLite`.

use super::live::GetLive;
use super::schema::VERSIONS;
use super::sites::{GetSite, ListSites, Ping, PutReply as PutSiteReply, PutSite};
use super::surveys::{GetSurvey, ListSurveys, Pause, Publish, PutReply, PutSurvey, Status};
use super::tokens::{AddToken, FindToken, StoredToken};
use super::webhooks::{AddReply, AddWebhook, ChangeWebhook, DeleteWebhook, ListWebhooks, MOST};
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
    assert_eq!((survey.status, survey.version, survey.published), (Status::Live, Some(2), Some(other)));
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
fn a_token_is_found_by_its_public_name() {
    let database = database();
    let token = StoredToken {
        hash: "00".into(),
        scopes: vec!["admin".into()],
        sites: vec!["shop".into()],
        expires_at: Some(9),
    };
    AddToken { kid: "k".into(), token, actor: "kid".into() }.run(&database, 1).unwrap();
    let found = FindToken { kid: "k".into() }.run(&database, 1).unwrap().unwrap();
    assert_eq!(
        (found.hash.as_str(), found.sites, found.expires_at),
        ("00", vec!["shop".to_owned()], Some(9))
    );
    assert!(FindToken { kid: "x".into() }.run(&database, 1).unwrap().is_none());
}

#[test]
fn a_store_of_the_first_release_is_opened_and_one_of_a_later_release_is_not() {
    let database = Connection::open_in_memory().unwrap();
    crate::sql::open(&database, &VERSIONS[..1]).unwrap();
    assert!(site(&database, "{}", 1).created);
    crate::sql::open(&database, &VERSIONS).unwrap();
    assert!(!site(&database, "{}", 2).created, "the site is still there");
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
    let live = GetLive { site: "shop".into() }.run(&database, 0).unwrap().unwrap();
    assert_eq!(live.webhooks.iter().map(|webhook| webhook.id.as_str()).collect::<Vec<_>>(), ["a"]);
    let delete = || DeleteWebhook { site: "shop".into(), id: "a".into(), actor: "kid".into() };
    assert_eq!([delete().run(&database, 3).unwrap(), delete().run(&database, 3).unwrap()], [true, false]);
    let noted =
        ["site.create shop", "webhook.create shop/a", "webhook.update shop/a", "webhook.delete shop/a"];
    assert_eq!(audited(&database), noted);

    for n in 0..MOST {
        assert!(matches!(add("shop", &n.to_string()), AddReply::Done(_)));
    }
    assert!(matches!(add("shop", "more"), AddReply::TooMany));
}
