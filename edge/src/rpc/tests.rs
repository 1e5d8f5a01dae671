//! A message has no names in it: who changes a command has to say so.

use super::{Command, FORM, read, write};
use crate::registry::{audit, erasures, live, sites, surveys, tokens, webhooks};
use crate::shard::{self, count, erase, exposure, fill, handle, outbox, read as reading, submit};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use serde_reflection::{Samples, Tracer, TracerConfig};
use sha2::{Digest, Sha256};

/// A digest of the form of one message, and of what is in it.
fn form<T: DeserializeOwned>() -> String {
    // What a UUID is read from.
    let mut tracer = Tracer::new(TracerConfig::default().default_borrowed_bytes_value(&[0; 16]));
    let samples = Samples::new();
    // Of an enum inside of something it would see but one variant.
    tracer.trace_type::<surveys::Status>(&samples).unwrap();
    tracer.trace_type::<submit::Decided>(&samples).unwrap();
    tracer.trace_type::<count::Dimension>(&samples).unwrap();
    tracer.trace_type::<reading::Flagged>(&samples).unwrap();
    tracer.trace_type::<erase::Subject>(&samples).unwrap();
    let (whole, _) = tracer.trace_type::<T>(&samples).unwrap();
    let form = json!([whole, tracer.registry().unwrap()]);
    hex::encode(Sha256::digest(form.to_string()).split_at(8).0)
}

/// The forms of all messages, commands and replies, by their paths.
fn forms() -> Value {
    let mut messages = serde_json::Map::new();
    macro_rules! commands {
        ($($command:path),* $(,)?) => {$(
            let forms = json!([form::<$command>(), form::<<$command as Command>::Reply>()]);
            messages.insert(<$command>::PATH.to_owned(), forms);
        )*};
    }
    commands![
        sites::Ping,
        sites::PutSite,
        sites::GetSite,
        sites::ListSites,
        surveys::PutSurvey,
        surveys::GetSurvey,
        surveys::ListSurveys,
        surveys::ListShards,
        surveys::ListVersions,
        surveys::Publish,
        surveys::Pause,
        tokens::AddToken,
        tokens::FindToken,
        tokens::ListTokens,
        tokens::RevokeToken,
        tokens::RotateToken,
        webhooks::ListWebhooks,
        webhooks::AddWebhook,
        webhooks::ChangeWebhook,
        webhooks::RotateSecret,
        webhooks::DeleteWebhook,
        erasures::BeginErasure,
        erasures::NoteErasure,
        erasures::GetErasures,
        audit::ReadAudit,
        audit::Note,
        live::GetLive,
        submit::Submit,
        exposure::AddExposures,
        exposure::CountExposures,
        outbox::Replay,
        outbox::ListUndelivered,
        handle::Handle,
        reading::list::List,
        reading::list::Closing,
        reading::list::Receipt,
        reading::Find,
        reading::AttributeNames,
        erase::Erase,
        erase::Forget,
        count::Count,
        fill::Fill,
        shard::Wake,
    ];
    messages.insert(reading::STREAM.to_owned(), json!([form::<reading::Page>()]));
    json!({ "form": FORM, "messages": messages })
}

#[test]
fn who_changes_a_message_raises_its_form() {
    let kept: Value = serde_json::from_str(include_str!("forms.json")).unwrap();
    let now = forms();
    assert!(kept == now, "raise FORM by one, and put this into edge/src/rpc/forms.json:\n{now:#}");
}

#[test]
fn every_command_of_an_object_is_in_the_list() {
    let objects = concat!(include_str!("../registry/mod.rs"), include_str!("../shard/mod.rs"));
    let arms = objects.matches("::PATH =>").count() + objects.matches("read::STREAM =>").count();
    // `RunDue` is not among them: it is of tests, in which one build asks itself.
    assert_eq!(forms()["messages"].as_object().unwrap().len(), arms);
}

#[test]
fn a_message_of_another_build_is_refused() {
    let message = write(&sites::GetSite { id: "shop".into() }).unwrap();
    assert_eq!(read::<sites::GetSite>(&message).unwrap().id, "shop");
    let mut other = message.clone();
    other[0] += 1;
    for bytes in [&other[..], &message[..3], &[]] {
        assert!(read::<sites::GetSite>(bytes).is_err(), "{bytes:?}");
    }
}
